package dev.percore.worker.handoff;

import dev.percore.protocol.ProtocolException;
import dev.percore.protocol.peer.PeerMessage;
import dev.percore.protocol.peer.PeerMessage.Cancel;
import dev.percore.protocol.peer.PeerMessage.Declined;
import dev.percore.protocol.peer.PeerMessage.Done;
import dev.percore.protocol.peer.PeerMessage.Part;
import dev.percore.protocol.peer.PeerMessage.Poke;
import dev.percore.protocol.peer.PeerMessage.Pull;
import dev.percore.protocol.peer.PeerMessage.Returned;
import dev.percore.protocol.peer.PeerMessage.Task;
import dev.percore.protocol.peer.PeerPipeline;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.Problem;
import dev.percore.worker.api.Response;
import dev.percore.worker.compute.AwayTask;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.compute.Submission;
import dev.percore.worker.compute.Submission.Ticket;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connection to another worker, the tasks of ours that it has and those of its that we have.
/// Confined to the event loop.
final class Sibling extends SimpleChannelInboundHandler<PeerMessage> {
  private static final Logger log = LoggerFactory.getLogger(Sibling.class);
  private static final Ticket NO_TICKET = () -> {};

  /// One that was heard of so recently is taken to be alive, and is given a task without having
  /// asked.
  private static final long LIVELY_NANOS = 100_000_000;

  /// A task that it has.
  ///
  /// @param asked whether it had asked for one
  private record Given(AwayTask task, boolean asked) {}

  private final HandOff handOff;
  private final int slot;
  private final long pid;
  private final int row;
  private final Channel channel;
  private final Incoming incoming = new Incoming();
  private final Map<Long, Given> given = new HashMap<>();
  private final Map<Long, Ticket> taken = new HashMap<>();
  private long lastId;
  private long heardNanos = System.nanoTime() - LIVELY_NANOS;

  /// @param row where the board has it
  Sibling(HandOff handOff, int slot, long pid, int row, Channel channel) {
    this.handOff = handOff;
    this.slot = slot;
    this.pid = pid;
    this.row = row;
    this.channel = channel;
  }

  long pid() {
    return pid;
  }

  int row() {
    return row;
  }

  /// Whether something said now would leave soon.
  boolean isOpen() {
    return channel.isActive() && channel.isWritable();
  }

  /// Has it run a task of ours: gives it one at once if it is known to live, and else has it ask,
  /// which only one that lives does. It idles, and its attention is claimed.
  void offer() {
    // What it has is a sign that it may have stopped after all: so one that stops takes no more.
    boolean lively = given.isEmpty() && System.nanoTime() - heardNanos < LIVELY_NANOS;
    if (!lively || !giveUnasked()) {
      send(new Poke());
    }
  }

  // If it leaves at this moment it might end without having read the task, and it could not be told
  // whether it had begun.
  private boolean giveUnasked() {
    Optional<AwayTask> next = handOff.lane().giveAway(ComputeTask::isIdempotent);
    next.ifPresent(task -> give(task, false));
    return next.isPresent();
  }

  void send(PeerMessage message) {
    channel.writeAndFlush(message, channel.voidPromise());
  }

  void close() {
    channel.close();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, PeerMessage message)
      throws ProtocolException {
    heardNanos = System.nanoTime();
    Incoming.Whole whole = incoming.take(message);
    if (whole != null) {
      try {
        apply(whole.head(), whole.content());
      } catch (RuntimeException defect) {
        // It harms one task, and not all others that the two workers exchange.
        log.error("a message of worker {} (pid {}) could not be obeyed", slot, pid, defect);
      }
    }
  }

  private void apply(PeerMessage message, byte[] content) {
    switch (message) {
      case Poke() -> handOff.poked();
      case Pull() -> giveAsked();
      case Declined() -> handOff.declined(this);
      case Task task -> take(task, content);
      case Done done -> done(done, content);
      case Returned(long id) -> {
        Given back = given.remove(id);
        if (back != null) {
          handOff.metrics().returned();
          back.task().putBack(back.asked());
        }
      }
      case Cancel(long id) -> taken.getOrDefault(id, NO_TICKET).cancel();
      case Part part -> throw new IllegalStateException("not put together: " + part);
    }
  }

  private void giveAsked() {
    Optional<AwayTask> next = handOff.lane().giveAway(_ -> true);
    if (next.isEmpty()) {
      handOff.metrics().declined();
      send(new Declined());
      handOff.hadNothing();
      return;
    }
    give(next.get(), true);
  }

  private void give(AwayTask away, boolean asked) {
    if (!(away.task() instanceof PortableTask task)) {
      throw new IllegalStateException("cannot move: " + away.task().function());
    }
    long id = ++lastId;
    given.put(id, new Given(away, asked));
    handOff.metrics().given();
    Call call = task.call();
    PeerPipeline.write(
        channel,
        new Task(
            id,
            asked,
            call.function(),
            call.method(),
            call.query(),
            call.contentType(),
            call.client().text(),
            away.remainingNanos(),
            away.queuedNanos(),
            call.body().length),
        call.body());
    away.onRecall(() -> onLoop(() -> send(new Cancel(id))));
  }

  private void take(Task task, byte[] body) {
    handOff.began();
    if (task.asked()) {
      handOff.pullAnswered(this);
    } else {
      handOff.unclaim();
    }
    if (handOff.isLeaving() || (!task.asked() && !handOff.isIdle())) {
      giveBack(task.id());
      return;
    }
    ForeignReply reply = new ForeignReply(task.id(), this::finished);
    taken.put(task.id(), NO_TICKET);
    try {
      submit(task, body, reply);
    } catch (RuntimeException defect) {
      // It is this task's alone; the others go on.
      log.error("a task of function {} could not be taken over", task.function(), defect);
      reply.respond(
          Response.problem(
              Problem.of(
                  500, "internal-error", "Internal error", "The server's log says what failed.")));
    }
  }

  private void submit(Task task, byte[] body, ForeignReply reply) {
    Call call =
        new Call(
            task.function(),
            task.method(),
            task.query(),
            task.contentType(),
            new ClientName(task.client()),
            body);
    Optional<ComputeTask> made = handOff.calls().task(call, reply);
    if (made.isEmpty()) {
      return;
    }
    Submission submission =
        handOff
            .lane()
            .adopt(
                new ForeignTask(made.get(), reply, () -> returned(task.id())),
                Duration.ofNanos(task.remainingNanos()),
                Duration.ofNanos(task.queuedNanos()));
    switch (submission) {
      case Submission.Accepted(Ticket ticket) -> {
        handOff.metrics().taken();
        taken.replace(task.id(), ticket);
      }
      case Submission.Refused _ -> returned(task.id());
    }
  }

  // The worker does not end before the owner knows: it could only guess whether the task has run.
  private void giveBack(long id) {
    channel.writeAndFlush(new Returned(id)).addListener(_ -> handOff.ended());
  }

  // From any thread.
  private void returned(long id) {
    onLoop(
        () -> {
          if (taken.remove(id) != null) {
            giveBack(id);
          }
        });
  }

  // From any thread.
  private void finished(Done done, byte[] content) {
    onLoop(
        () -> {
          if (taken.remove(done.id()) != null) {
            // A worker that is about to end waits until the last byte is with the kernel.
            PeerPipeline.write(channel, done, content).addListener(_ -> handOff.ended());
          }
        });
  }

  private void done(Done done, byte[] content) {
    Given ended = given.remove(done.id());
    if (ended != null && ended.task().end() && ended.task().task() instanceof PortableTask task) {
      List<Response.Header> headers = new ArrayList<>(done.fields().size());
      done.fields().forEach(each -> headers.add(new Response.Header(each.name(), each.value())));
      task.respond(new Response(done.status(), headers, new Body.Bytes(content)));
    }
    // It idles now, and sees for itself whether there is more.
  }

  private void onLoop(Runnable action) {
    if (channel.eventLoop().inEventLoop()) {
      action.run();
      return;
    }
    try {
      handOff.lazyAnswers().deliver(channel.eventLoop(), action);
    } catch (RejectedExecutionException e) {
      log.debug("the event loop has ended", e);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    handOff.closed(this);
    List<Ticket> orphans = List.copyOf(taken.values());
    int ended = taken.size();
    taken.clear();
    orphans.forEach(Ticket::cancel);
    for (int i = 0; i < ended; i++) {
      handOff.ended();
    }
    List<Given> lost = List.copyOf(given.values());
    given.clear();
    for (Given each : lost) {
      AwayTask away = each.task();
      log.warn(
          "worker {} (pid {}) ended with a call of {} that was ours{}",
          slot,
          pid,
          away.task().function(),
          away.task().isIdempotent() ? "" : ", which may not be run twice");
      if (away.lost()) {
        handOff.metrics().returned();
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      log.debug(
          "worker {} (pid {}) has gone", slot, pid, cause); // what that cost is told elsewhere
    } else {
      log.error("the connection to worker {} (pid {}) is broken", slot, pid, cause);
    }
    context.close();
  }
}
