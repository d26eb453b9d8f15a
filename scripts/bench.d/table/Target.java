package table;

/// What a figure is to reach.
sealed interface Target {
  /// Whether it is reached, by Percore's figure and by its ratio to the peer's.
  boolean isReached(double figure, double ratio);

  /// As in the table.
  String text();

  /// How far away a figure is that does not reach it, as a share of the target.
  double shortfall(double figure, double ratio);

  /// So many times the peer's figure, or more.
  record TimesAtLeast(double times) implements Target {
    @Override
    public boolean isReached(double figure, double ratio) {
      return ratio >= times;
    }

    @Override
    public String text() {
      return ">= %sx".formatted(Figure.text(times));
    }

    @Override
    public double shortfall(double figure, double ratio) {
      return 1 - ratio / times;
    }
  }

  /// So many times the peer's figure, or less.
  record TimesAtMost(double times) implements Target {
    @Override
    public boolean isReached(double figure, double ratio) {
      return ratio <= times;
    }

    @Override
    public String text() {
      return "<= %sx".formatted(Figure.text(times));
    }

    @Override
    public double shortfall(double figure, double ratio) {
      return ratio / times - 1;
    }
  }

  record AtMost(double limit) implements Target {
    @Override
    public boolean isReached(double figure, double ratio) {
      return figure <= limit;
    }

    @Override
    public String text() {
      return "<= " + Figure.text(limit);
    }

    @Override
    public double shortfall(double figure, double ratio) {
      return figure / limit - 1;
    }
  }
}
