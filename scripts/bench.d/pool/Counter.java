import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// The loop of the function `count`, for threads of this process. No compiler may shorten it.
final class Counter {
  private static final VarHandle SUM;

  static {
    try {
      SUM = MethodHandles.lookup().findVarHandle(Counter.class, "sum", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // by the handle
  private long sum;

  /// Counts in so many steps, and returns the seconds that it took.
  static double count(long steps) {
    var counter = new Counter();
    long began = System.nanoTime();
    for (long i = 0; i < steps; i++) {
      SUM.setOpaque(counter, (long) SUM.getOpaque(counter) + 1);
    }
    return (System.nanoTime() - began) / 1e9;
  }
}
