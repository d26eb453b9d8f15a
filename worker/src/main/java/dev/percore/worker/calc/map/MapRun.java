package dev.percore.worker.calc.map;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Response;
import dev.percore.worker.calc.CallProblems;
import dev.percore.worker.calc.Catalogue;
import dev.percore.worker.calc.ProblemException;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.ResponseStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One map: reads elements into chunks, keeps a window of them with the lane or on their way to the
/// client, and sends the outcomes. No more than the window is held, so that a client which does not
/// take its outcomes stops the reading, and the computing.
///
/// Thread-safe: outcomes come from the compute thread, all else from the event loop. Only a few
/// instructions, the search for the ends of some elements and copies of outcomes are done within
/// the lock.
final class MapRun {
  /// Bytes of elements in one chunk, but for one element that is longer by itself.
  private static final int CHUNK_BYTES_MAX = 256 * 1024;

  private final Exchange exchange;
  private final ClientName client;
  private final Catalogue.Entry entry;
  private final Elements elements;
  private final Options options;
  private final Surroundings surroundings;
  private final Runnable whenOver;

  // Guarded by this.
  private final ArrayDeque<Slot> window = new ArrayDeque<>();
  private final ChunkSize chunkSize;
  private @Nullable ResponseStream stream;
  private long nextIndex;
  private boolean inputEnded;
  private boolean sentAny;
  private boolean awaitsRoom;
  private boolean awaitsRetry;
  private boolean over;

  /// @param whenOver run once, within the lock, when nothing is computed for it any more
  MapRun(
      Exchange exchange,
      Catalogue.Entry entry,
      Elements elements,
      Options options,
      Surroundings surroundings,
      Runnable whenOver) {
    this.exchange = exchange;
    this.client = ClientName.ofAddress(exchange.request().remoteAddress());
    this.entry = entry;
    this.elements = elements;
    this.options = options;
    this.surroundings = surroundings;
    this.whenOver = whenOver;
    chunkSize = new ChunkSize(options.chunk());
  }

  /// Begins, or answers why not: a body without a first element that could be found, or a lane that
  /// takes no first chunk.
  void begin() {
    exchange.onClientGone(this::clientGone);
    synchronized (this) {
      try {
        read();
      } catch (ProblemException e) {
        exchange.respond(e.problem());
        end();
        return;
      }
      Slot first = window.peek();
      if (over) {
        return;
      }
      if (first != null && offer(first) instanceof Submission.Refused refused) {
        exchange.respond(CallProblems.refused(refused));
        end();
        return;
      }
      stream = exchange.stream(head());
      advance();
    }
  }

  private Response head() {
    return new Response(
        200,
        List.of(new Response.Header("Content-Type", options.output().mediaType())),
        Body.EMPTY);
  }

  private synchronized void clientGone() {
    end();
    for (Slot slot : window) {
      Submission.Ticket ticket = slot.ticket;
      if (ticket != null) {
        ticket.cancel();
      }
    }
    window.clear();
  }

  private synchronized void roomMade() {
    awaitsRoom = false;
    advance();
  }

  private synchronized void retry() {
    awaitsRetry = false;
    advance();
  }

  /// Takes the outcomes of a chunk, or of the first ones in it, or one problem for all of it.
  private synchronized void done(Slot slot, Chunk chunk, Response outcome) {
    if (over || !chunk.equals(slot.rest)) {
      return;
    }
    slot.ticket = null;
    int count = chunk.size();
    if (outcome.status() == 200 && outcome.body() instanceof Body.Bytes(byte[] lines)) {
      count = countLines(lines);
      if (count > 0) {
        slot.outcomes.add(lines);
        chunkSize.learn(count, micros(outcome));
      }
    } else {
      slot.outcomes.add(sameForAll(chunk, outcome));
    }
    slot.rest = count < chunk.size() ? chunk.without(count) : null;
    advance();
  }

  // Sends what can be sent, and has computed what there is room for.
  private void advance() {
    if (over || stream == null) {
      return;
    }
    send(stream);
    boolean more;
    do {
      more = offerWaiting();
      while (more && hasRoomToRead()) {
        readOn();
        more = offerWaiting();
      }
      send(stream);
      // What needed no computing may have left at once, and then nothing else would go on.
    } while (more && hasRoomToRead());
    if (inputEnded && window.isEmpty()) {
      finish(stream);
    }
  }

  private boolean hasRoomToRead() {
    return !inputEnded && window.size() < surroundings.window();
  }

  // Chunks that the lane did not take or not finish, the first ones first.
  private boolean offerWaiting() {
    if (awaitsRetry) {
      return false;
    }
    for (Slot slot : window) {
      if (slot.awaitsOffer() && offer(slot) instanceof Submission.Refused refused) {
        if (refused.cause() != Submission.Cause.STOPPING) {
          retryWhen(refused.retryAfter());
          return false;
        }
        Chunk chunk = slot.rest;
        if (chunk != null) {
          slot.outcomes.add(sameForAll(chunk, CallProblems.refused(refused)));
          slot.rest = null;
        }
      }
    }
    return true;
  }

  // The end of one of our own makes room; with none there, only time can.
  private void retryWhen(Duration later) {
    if (window.stream().noneMatch(slot -> slot.ticket != null)) {
      awaitsRetry = true;
      surroundings.timer().schedule(this::retry, later);
    }
  }

  private @Nullable Submission offer(Slot slot) {
    Chunk chunk = slot.rest;
    if (chunk == null) {
      return null;
    }
    Submission submission =
        surroundings
            .lane()
            .submit(new ChunkTask(chunk, client, outcome -> done(slot, chunk, outcome)));
    if (submission instanceof Submission.Accepted(Submission.Ticket ticket)) {
      slot.ticket = ticket;
    }
    return submission;
  }

  private void readOn() {
    try {
      read();
    } catch (ProblemException e) {
      addLast(e);
    }
  }

  // Reads a chunk into the window, if there are any elements left. Where the body is broken, the
  // problem stands in the place of the element that would have been next, unless it is the first.
  private void read() throws ProblemException {
    List<byte[]> chunk = new ArrayList<>();
    int bytes = 0;
    try {
      while (chunk.size() < chunkSize.get() && bytes < CHUNK_BYTES_MAX) {
        byte[] element = elements.next();
        if (element == null) {
          inputEnded = true;
          break;
        }
        chunk.add(element);
        bytes += element.length;
      }
      add(chunk);
    } catch (ProblemException e) {
      inputEnded = true;
      add(chunk);
      if (nextIndex == 0) {
        throw e;
      }
      addLast(e);
    }
  }

  private void addLast(ProblemException broken) {
    Lines last = new Lines();
    last.add(nextIndex, broken.problem());
    Slot slot = new Slot(null);
    slot.outcomes.add(last.bytes());
    window.add(slot);
  }

  private void add(List<byte[]> chunk) {
    if (!chunk.isEmpty()) {
      window.add(new Slot(new Chunk(entry, nextIndex, chunk)));
      nextIndex += chunk.size();
    }
  }

  private void send(ResponseStream out) {
    var slots = window.iterator();
    while (!awaitsRoom && slots.hasNext()) {
      Slot slot = slots.next();
      while (!slot.outcomes.isEmpty() && write(out, slot.outcomes.element())) {
        slot.outcomes.remove();
      }
      if (slot.isOver()) {
        slots.remove();
      } else if (!options.unordered()) {
        break;
      }
    }
  }

  private boolean write(ResponseStream out, byte[] lines) {
    boolean taken = out.write(options.output().part(lines, !sentAny));
    if (taken) {
      sentAny = true;
    } else {
      awaitRoom(out);
    }
    return taken;
  }

  private void awaitRoom(ResponseStream out) {
    if (!awaitsRoom) {
      awaitsRoom = true;
      out.onWritable(this::roomMade);
    }
  }

  private void finish(ResponseStream out) {
    if (out.write(options.output().end(!sentAny))) {
      end();
      out.end();
    } else {
      awaitRoom(out);
    }
  }

  private void end() {
    if (!over) {
      over = true;
      whenOver.run();
    }
  }

  private static byte[] sameForAll(Chunk chunk, Response problem) {
    byte[] document = Lines.problemDocument(problem);
    Lines lines = new Lines();
    for (int i = 0; i < chunk.size(); i++) {
      lines.add(chunk.firstIndex() + i, document);
    }
    return lines.bytes();
  }

  private static long micros(Response outcome) {
    return outcome.headers().stream()
        .filter(header -> header.name().equals(ChunkTask.COMPUTED))
        .mapToLong(header -> Long.parseLong(header.value()))
        .findFirst()
        .orElse(0);
  }

  private static int countLines(byte[] lines) {
    int count = 0;
    for (byte octet : lines) {
      count += octet == '\n' ? 1 : 0;
    }
    return count;
  }
}
