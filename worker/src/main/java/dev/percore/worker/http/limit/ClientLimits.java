package dev.percore.worker.http.limit;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.shared.Holding;
import dev.percore.protocol.shared.LimitTable;
import dev.percore.protocol.shared.Pace;
import dev.percore.protocol.shared.TableLease;
import dev.percore.worker.api.Request;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.limit.ClientKeys.Origin;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The limits on each client. For the event loop.
public final class ClientLimits {
  private static final Logger log = LoggerFactory.getLogger(ClientLimits.class);

  private final ServerConfig.ClientLimits settings;
  private final @Nullable Pace pace;
  private final LimitTable table;
  private final int column;
  private final ClientKeys keys;
  private final LimitMetrics metrics;
  private final TooMany tooMany = new TooMany();

  /// Counts in a table.
  ///
  /// @param column of this process in the table
  public ClientLimits(
      ServerConfig.ClientLimits settings, LimitTable table, int column, MeterRegistry registry) {
    this.settings = settings;
    this.table = table;
    this.column = column;
    keys = new ClientKeys(table, settings.exempt());
    ServerConfig.Rate rate = settings.rate();
    pace = rate == null ? null : Pace.of(rate.requests(), rate.period(), settings.burst());
    metrics = new LimitMetrics(registry, table, settings.dryRun());
  }

  /// The limits of a worker; empty if there are none.
  ///
  /// @param lease where its master has it count
  /// @throws IOException if it cannot count there
  public static Optional<ClientLimits> of(
      ServerConfig.ClientLimits settings, Optional<TableLease> lease, MeterRegistry registry)
      throws IOException {
    if (!settings.isOn()) {
      return Optional.empty();
    }
    if (lease.isEmpty()) {
      log.warn("the limits on clients hold for this worker alone: it has no place in their table");
      LimitTable own = LimitTable.inMemory(settings.table(), 1);
      return Optional.of(new ClientLimits(settings, own, 0, registry));
    }
    try {
      LimitTable table = LimitTable.open(lease.get().file());
      return Optional.of(new ClientLimits(settings, table, lease.get().column(), registry));
    } catch (IOException failure) {
      throw new IOException("the clients cannot be counted: " + failure, failure);
    }
  }

  /// The client of a new connection.
  public Visitor visitor(String remoteAddress) {
    return new Counted(keys.ofAddress(remoteAddress));
  }

  private final class Counted implements Visitor {
    private final Origin home;
    private Origin origin;
    private int connection = LimitTable.NONE;
    private int request = LimitTable.NONE;
    private long requestKey;

    Counted(Origin home) {
      this.home = home;
      this.origin = home;
    }

    @Override
    public @Nullable Response connect() {
      if (settings.connections() == 0 || home.key() == 0) {
        return null;
      }
      connection = table.hold(column, home.key(), Holding.CONNECTION, System.nanoTime());
      if (isWithin(connection, home.key(), Holding.CONNECTION, settings.connections())) {
        return null;
      }
      metrics.connections();
      if (settings.dryRun()) {
        return null;
      }
      disconnect();
      return TooMany.CONNECTIONS;
    }

    // The worker that hands it over may still count it, so what is over the limit is none of it.
    @Override
    public void takeOver() {
      if (settings.connections() > 0 && home.key() != 0) {
        connection = table.hold(column, home.key(), Holding.CONNECTION, System.nanoTime());
      }
    }

    @Override
    public void disconnect() {
      if (connection != LimitTable.NONE) {
        table.release(column, connection, home.key(), Holding.CONNECTION);
        connection = LimitTable.NONE;
      }
    }

    @Override
    public @Nullable Response enter(Request arrived, long nowNanos) {
      requestKey = key(arrived);
      if (requestKey == 0) {
        return null;
      }
      Response refusal = concurrent(nowNanos);
      if (refusal == null) {
        refusal = rate(nowNanos);
      }
      if (refusal != null) {
        leave();
      }
      return refusal;
    }

    @Override
    public void leave() {
      if (request != LimitTable.NONE) {
        table.release(column, request, requestKey, Holding.REQUEST);
        request = LimitTable.NONE;
      }
    }

    // Counted before it is compared: two workers that do so at once may both refuse, but never both
    // let through what only one may.
    private @Nullable Response concurrent(long nowNanos) {
      if (settings.concurrent() == 0) {
        return null;
      }
      request = table.hold(column, requestKey, Holding.REQUEST, nowNanos);
      if (isWithin(request, requestKey, Holding.REQUEST, settings.concurrent())) {
        return null;
      }
      metrics.concurrent();
      return settings.dryRun() ? null : TooMany.CONCURRENT;
    }

    private @Nullable Response rate(long nowNanos) {
      long waitNanos = pace == null ? 0 : table.take(requestKey, pace, nowNanos);
      if (waitNanos == 0) {
        return null;
      }
      metrics.rate();
      return settings.dryRun() ? null : tooMany.early(waitNanos);
    }

    // 0 for a client without limits.
    private long key(Request arrived) {
      // Behind a proxy, requests of one connection come from several addresses.
      if (!origin.address().equals(arrived.remoteAddress())) {
        origin = keys.ofAddress(arrived.remoteAddress());
      }
      String header = settings.header();
      String value = header == null || origin.exempt() ? null : arrived.header(header);
      return value == null ? origin.key() : keys.ofHeader(value);
    }
  }

  // What could not be counted is let through.
  private boolean isWithin(int entry, long key, Holding what, int limit) {
    return entry == LimitTable.NONE || table.held(entry, key, what) <= limit;
  }
}
