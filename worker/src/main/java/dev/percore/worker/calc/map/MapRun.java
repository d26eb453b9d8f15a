package dev.percore.worker.calc.map;

import dev.percore.worker.api.Body;
import dev.percore.worker.api.Response;
import dev.percore.worker.calc.CallProblems;
import dev.percore.worker.calc.Catalogue;
import dev.percore.worker.calc.PoolGate;
import dev.percore.worker.calc.ProblemException;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.http.Exchange;
import dev.percore.worker.http.ResponseStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One map: reads elements into chunks, as far as they have arrived, keeps a window of them with
/// the lane or on their way to the client, and sends the outcomes. No more than the window is held,
/// so that a client which does not take its outcomes stops the reading, and the computing.
///
/// Thread-safe: outcomes come from the compute thread, all else from the event loop. Only a few
/// instructions, the search for the ends of some elements and copies of outcomes are done within
/// the lock.
final class MapRun {
  private final Exchange exchange;
  private final ClientName client;
  private final Options options;
  private final Surroundings surroundings;
  private final PoolGate gate;
  private final Runnable giveUp = this::giveUpInput;

  // Guarded by this.
  private final ArrayDeque<Slot> window = new ArrayDeque<>();
  private final ChunkReader reader;
  private @Nullable ResponseStream stream;
  private boolean sentAny;
  private boolean awaitsRoom;
  private boolean awaitsRetry;
  private boolean over;

  /// @param gate knows of it until nothing is computed for it any more
  MapRun(
      Exchange exchange,
      Catalogue.Entry entry,
      Elements elements,
      Options options,
      Surroundings surroundings,
      PoolGate gate) {
    this.exchange = exchange;
    this.client = ClientName.ofAddress(exchange.request().remoteAddress());
    this.options = options;
    this.surroundings = surroundings;
    this.gate = gate;
    reader = new ChunkReader(entry, elements, options.chunk(), this::moreArrived);
  }

  /// Begins as soon as an element has arrived, or answers why not: a body without a first element
  /// that could be found, or a lane that takes no first chunk.
  void begin() {
    gate.mapBegins(giveUp);
    exchange.onClientGone(this::clientGone);
    beginIfPossible();
  }

  private synchronized void beginIfPossible() {
    if (over) {
      return;
    }
    try {
      reader.read(window);
    } catch (ProblemException e) {
      exchange.respond(e.problem());
      end();
      return;
    }
    Slot first = window.peek();
    if (first == null && !reader.isOver()) {
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

  private synchronized void moreArrived() {
    reader.arrived();
    goOn();
  }

  private synchronized void giveUpInput() {
    reader.giveUp(CallProblems.STOPPING);
    goOn();
  }

  private void goOn() {
    if (stream == null) {
      beginIfPossible();
    } else {
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
        reader.learn(count, micros(outcome));
      }
    } else {
      slot.outcomes.add(sameForAll(chunk, outcome));
    }
    reader.done(chunk, count);
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
    if (reader.isOver() && window.isEmpty()) {
      finish(stream);
    }
  }

  private boolean hasRoomToRead() {
    return reader.canRead() && window.size() < surroundings.window();
  }

  // Chunks that the lane did not take or not finish, the first ones first. When it takes none any
  // more, there is no use in waiting for elements that have not arrived.
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
        giveUp(slot, CallProblems.refused(refused));
      }
    }
    return true;
  }

  private void giveUp(Slot slot, Response problem) {
    Chunk chunk = slot.rest;
    if (chunk != null) {
      slot.outcomes.add(sameForAll(chunk, problem));
      slot.rest = null;
      reader.done(chunk, chunk.size());
    }
    reader.giveUp(CallProblems.STOPPING);
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
            .submit(
                new ChunkTask(
                    chunk, client, surroundings.poison(), outcome -> done(slot, chunk, outcome)));
    if (submission instanceof Submission.Accepted(Submission.Ticket ticket)) {
      slot.ticket = ticket;
    }
    return submission;
  }

  private void readOn() {
    try {
      reader.read(window);
    } catch (ProblemException e) {
      throw new IllegalStateException("the first element was read at the beginning", e);
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
      gate.mapEnds(giveUp);
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
