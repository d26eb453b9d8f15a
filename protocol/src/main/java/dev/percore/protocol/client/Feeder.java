package dev.percore.protocol.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/// Reads the input of a map and sends it, on a thread of its own: so far ahead of the results that
/// are taken and no further. [#stop] and [#taken] are for any thread.
final class Feeder {
  /// Bytes of elements in one request, but for one element that is longer by itself. A request is
  /// written whole before its outcomes are read; so much the server takes in whatever it has to
  /// write, as long as `limits.body` is not less.
  private static final int BATCH_BYTES_MAX = 64 << 10;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final String target;
  private final Iterator<?> input;
  private final int chunk;
  private final Semaphore room;
  private final Consumer<Exchange> sender;
  private final Consumer<Feeder> whenRead;
  private final BlockingQueue<MapEvent> events = new LinkedBlockingQueue<>();
  private final Set<Batch> underWay = ConcurrentHashMap.newKeySet();
  private final Thread thread = Thread.ofVirtual().name("pool-map").unstarted(this::run);
  private volatile boolean stopped;

  // Of the thread alone.
  private List<byte[]> batch = new ArrayList<>();
  private int batchBytes;
  private long sent;

  /// @param chunk elements of one request, at most
  /// @param ahead elements that may be read before their results are taken; at least a chunk
  /// @param sender sends a batch
  /// @param whenRead run at the end of the input, or when it is stopped, after the last batch went
  Feeder(
      String target,
      Iterator<?> input,
      int chunk,
      int ahead,
      Consumer<Exchange> sender,
      Consumer<Feeder> whenRead) {
    this.target = target;
    this.input = input;
    this.chunk = chunk;
    this.room = new Semaphore(ahead);
    this.sender = sender;
    this.whenRead = whenRead;
  }

  void start() {
    thread.start();
  }

  /// What becomes of it: all outcomes, in any order, and their number at any place.
  BlockingQueue<MapEvent> events() {
    return events;
  }

  /// A result has been taken.
  void taken() {
    room.release();
  }

  /// Reads no more, and gives up what is under way.
  void stop() {
    stopped = true;
    thread.interrupt();
    underWay.forEach(each -> each.abort().abort());
  }

  private void run() {
    try {
      feed();
    } catch (InterruptedException | RuntimeException | Error failure) {
      send();
      fail(stopped ? new ConnectionLostException(new IOException("the map is stopped")) : failure);
    } finally {
      events.add(new MapEvent.InputEnded(sent));
      whenRead.accept(this);
    }
  }

  private void fail(Throwable failure) {
    events.add(new MapEvent.Outcome(sent, null, failure));
    sent++;
  }

  private void feed() throws InterruptedException {
    while (hasMore()) {
      byte[] element = MAPPER.writeValueAsBytes(input.next());
      if (batchBytes + element.length > BATCH_BYTES_MAX) {
        send();
      }
      batch.add(element);
      batchBytes += element.length;
      if (batch.size() == chunk) {
        send();
      }
    }
    send();
    if (!batch.isEmpty()) {
      throw new InterruptedException(); // stopped meanwhile, so these were not sent
    }
  }

  // In this order, since to look for an element may be to read it.
  private boolean hasMore() throws InterruptedException {
    room.acquire();
    boolean more = input.hasNext();
    if (stopped) {
      throw new InterruptedException(); // the input may have kept the interrupt for itself
    }
    return more;
  }

  private void send() {
    if (batch.isEmpty() || stopped) {
      return;
    }
    Batch full = new Batch(target, sent, batch, events::add, underWay::remove);
    sent += batch.size();
    batch = new ArrayList<>();
    batchBytes = 0;
    underWay.add(full);
    if (stopped) {
      full.abort().abort(); // it was added too late to be seen
    }
    sender.accept(full);
  }
}
