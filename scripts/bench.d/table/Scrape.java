package table;

import common.Background;
import common.Question;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// What a scrape costs under full load: how long it takes, and what requests notice of it.
record Scrape() implements Row {
  private static final int PAUSE_MILLIS = 500;
  private static final Target MILLIS = new Target.AtMost(20);

  /// No effect: rounds without scrapes differ from each other by as much.
  private static final Target NO_EFFECT = new Target.TimesAtMost(1.1);

  @Override
  public String name() {
    return "scrape";
  }

  @Override
  public List<Line> measure(Bench bench) throws Exception {
    List<Double> alone = new ArrayList<>();
    List<Double> scraped = new ArrayList<>();
    List<Double> scrapes = new ArrayList<>();
    Load load = Load.of(bench, Question.HEALTH, true);
    try (Percore percore = bench.percore(Map.of())) {
      load.warmUp(percore);
      load(load, percore, new ArrayList<>()); // warms up what scrapes
      for (int i = 0; i < bench.rounds(); i++) {
        alone.add(load.on(percore).p99());
        scraped.add(load(load, percore, scrapes));
      }
    }
    Figure times = new Figure(scrapes);
    return List.of(
        Line.alone("scrape under load, ms", times, MILLIS),
        Line.alone("the longest of them, ms", Figure.of(times.max()), MILLIS),
        Line.beside(
            "p99 ms of /healthz meanwhile",
            new Figure(scraped),
            "without scrapes",
            new Figure(alone),
            NO_EFFECT));
  }

  /// @return the 99th percentile
  private static double load(Load load, Percore percore, List<Double> scrapes) throws Exception {
    var over = new AtomicBoolean();
    var scraping = Background.start(() -> scrape(percore, scrapes, over));
    try {
      return load.on(percore).p99();
    } finally {
      over.set(true);
      scraping.get();
    }
  }

  private static Void scrape(Percore percore, List<Double> scrapes, AtomicBoolean over)
      throws IOException {
    while (!over.get()) {
      LockSupport.parkNanos(PAUSE_MILLIS * 1_000_000L);
      scrapes.add(scrapeMillis(percore));
    }
    return null;
  }

  private static double scrapeMillis(Percore percore) throws IOException {
    long began = System.nanoTime();
    String figures = percore.ask("/metrics");
    double millis = (System.nanoTime() - began) / 1e6;
    for (int slot = 0; slot < percore.workers().size(); slot++) {
      if (!figures.contains("percore_worker_up{worker=\"" + slot + "\"} 1")) {
        throw new IOException("not all workers are in the scrape");
      }
    }
    return millis;
  }
}
