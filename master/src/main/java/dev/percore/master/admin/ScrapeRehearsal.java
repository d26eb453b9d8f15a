package dev.percore.master.admin;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Scrapes that a master asks itself for when it has settled, one after the other. What runs for a
/// scrape is compiled after some hundreds of them, in the master and in its workers, and Prometheus
/// with four a minute takes the better part of an hour for two hundred; until then each takes twice
/// the time. They go the whole way, over the control socket, and are counted nowhere.
public final class ScrapeRehearsal {
  private static final Logger log = LoggerFactory.getLogger(ScrapeRehearsal.class);

  /// A thousand would have later ones take 8 ms under full load rather than 10, by hand.
  private static final int SCRAPES = 300;

  /// What is written for Prometheus, and for those who ask for nothing.
  private static final List<String> ACCEPTED = List.of("application/openmetrics-text", "*/*");

  private static final String GOOD = "HTTP/1.1 200 ";

  private final UnixDomainSocketAddress master;
  private final Duration limit;
  private final BooleanSupplier over;
  private final ByteBuffer answer = ByteBuffer.allocate(64 << 10);

  private ScrapeRehearsal(Path controlSocket, Duration limit, BooleanSupplier over) {
    this.master = UnixDomainSocketAddress.of(controlSocket);
    this.limit = limit;
    this.over = over;
  }

  /// Rehearses on a thread of its own, which does not keep the process from ending.
  ///
  /// @param limit how long at most
  /// @param over whether the socket is another master's by now
  public static void start(Path controlSocket, Duration limit, BooleanSupplier over) {
    var rehearsal = new ScrapeRehearsal(controlSocket, limit, over);
    Thread.ofPlatform().name("scrape-rehearsal").daemon().start(rehearsal::run);
  }

  private void run() {
    long began = System.nanoTime();
    int scrapes = 0;
    try {
      while (scrapes < SCRAPES
          && System.nanoTime() - began < limit.toNanos()
          && !over.getAsBoolean()) {
        scrape(ACCEPTED.get(scrapes % ACCEPTED.size()));
        scrapes++;
      }
      long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
      log.debug("rehearsed {} scrapes in {} ms", scrapes, millis);
    } catch (IOException ended) { // most likely, the master does
      log.debug("no more rehearsals of scrapes after {}: {}", scrapes, ended.getMessage());
    }
  }

  private void scrape(String accepted) throws IOException {
    String request =
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: %s\r\n\r\n"
            .formatted(accepted);
    ByteBuffer unsent = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
    try (SocketChannel connection = SocketChannel.open(master)) {
      while (unsent.hasRemaining()) {
        connection.write(unsent);
      }
      var status = new StringBuilder();
      while (connection.read(answer.clear()) >= 0) {
        answer.flip();
        while (status.length() < GOOD.length() && answer.hasRemaining()) {
          status.append((char) answer.get());
        }
      }
      if (!GOOD.contentEquals(status)) {
        throw new IOException("no figures, but '" + status + "'");
      }
    }
  }
}
