package dev.percore.master.upgrade;

import dev.percore.master.listen.ListenSockets;
import dev.percore.master.service.ServiceManager;
import dev.percore.protocol.ControlMessage.ClientConnection;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the master that is to succeed this one, gives it the sockets, and says when it
/// serves. If it ends before that, nothing has changed. Confined to the master's event loop.
public final class Upgrader {
  private static final Logger log = LoggerFactory.getLogger(Upgrader.class);

  /// Longest time from its start until the new master serves.
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  /// How long a new master that is told to end may take.
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final EventLoopGroup group;
  private final ScheduledExecutorService loop;
  private final Executor offLoop;
  private final Path socket;
  private final Relaunch relaunch;
  private final LongConsumer onSucceeded;
  private final CompletableFuture<Void> allGiven = new CompletableFuture<>();
  private @Nullable Attempt attempt;
  private int giving;
  private boolean lastGiven;

  /// An upgrade that goes on, or has succeeded.
  private static final class Attempt {
    private final CompletableFuture<UpgradeReport> done = new CompletableFuture<>();
    private volatile @Nullable Process heir;
    private @Nullable Bequest bequest;
  }

  /// @param offLoop where something may block
  /// @param socket where this master waits for the new one
  /// @param onSucceeded told the pid of the new master when it serves: this one is to leave
  public Upgrader(
      EventLoopGroup group,
      Executor offLoop,
      Path socket,
      Relaunch relaunch,
      LongConsumer onSucceeded) {
    this.group = group;
    this.loop = group.next();
    this.offLoop = offLoop;
    this.socket = socket;
    this.relaunch = relaunch;
    this.onSucceeded = onSucceeded;
  }

  /// Whether an upgrade goes on, or has succeeded.
  public boolean isUnderWay() {
    return attempt != null;
  }

  /// Begins; there must be none under way.
  ///
  /// @param services the listening sockets of the service
  /// @param adminName the address of the admin endpoints, as it is configured
  /// @param admin their listening socket, if there is one
  /// @param generation the last generation of this master
  /// @param startNice by how much the new master yields while it starts
  /// @return completes on the event loop when the new master serves, or has failed
  public CompletionStage<UpgradeReport> upgrade(
      List<ListenSockets.Held> services,
      String adminName,
      Optional<FileDescriptor> admin,
      int generation,
      int startNice) {
    Attempt begun = new Attempt();
    attempt = begun;
    List<Bequest.Item> items = new ArrayList<>();
    for (ListenSockets.Held held : services) {
      items.add(
          new Bequest.Item(
              new UpgradeMessage.ServiceSocket(held.listener(), held.slot()), held.socket()));
    }
    admin.ifPresent(
        its -> items.add(new Bequest.Item(new UpgradeMessage.AdminSocket(adminName), its)));
    log.info("starting a new master by {}", relaunch.launcher());
    var last = new UpgradeMessage.Complete(generation, relaunch.niceWhenServing(startNice));
    offLoop.execute(() -> begin(begun, items, last, relaunch.command(socket, startNice)));
    loop.schedule(() -> timedOut(begun), TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    return begun.done.minimalCompletionStage();
  }

  private void begin(
      Attempt begun, List<Bequest.Item> items, UpgradeMessage.Complete last, List<String> command) {
    try {
      Files.deleteIfExists(socket);
      Bequest bequest =
          new Bequest(
              group, socket, pid -> isHeir(begun, pid), items, last, () -> succeeded(begun));
      loop.execute(() -> begun.bequest = bequest);
      Process heir = start(command);
      begun.heir = heir;
      var _ =
          heir.onExit()
              .thenAccept(
                  ended ->
                      loop.execute(
                          () -> failed(begun, "it ended with exit code " + ended.exitValue())));
    } catch (IOException | RuntimeException failure) {
      loop.execute(() -> failed(begun, String.valueOf(failure.getMessage())));
    }
  }

  private Process start(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(relaunch.standardInput())
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    ServiceManager.handOn(builder.environment());
    return builder.start();
  }

  private static boolean isHeir(Attempt begun, long pid) {
    Process heir = begun.heir;
    return heir != null && heir.pid() == pid;
  }

  private void timedOut(Attempt begun) {
    Process heir = begun.heir;
    if (!begun.done.isDone() && heir != null) {
      log.error("the new master (pid {}) does not serve in time; ending it", heir.pid());
      end(heir);
    }
  }

  /// Gives up an upgrade that goes on, since this master was told to stop.
  public void abort() {
    Attempt begun = attempt;
    if (begun != null && !begun.done.isDone()) {
      Process heir = begun.heir;
      if (heir != null) {
        end(heir);
      }
      failed(begun, "this master was told to stop");
    }
  }

  // In order, and if it does not obey by force.
  private void end(Process heir) {
    heir.destroy();
    var _ = loop.schedule(heir::destroyForcibly, GRACE.toSeconds(), TimeUnit.SECONDS);
  }

  private void succeeded(Attempt begun) {
    Process heir = begun.heir;
    if (heir != null && !begun.done.isDone()) {
      log.info("the new master (pid {}) serves; this one drains and leaves", heir.pid());
      onSucceeded.accept(heir.pid());
      begun.done.complete(UpgradeReport.succeeded(heir.pid()));
    }
  }

  private void failed(Attempt begun, String reason) {
    if (begun.done.isDone()) {
      return; // it served, and is no business of this master any more
    }
    log.error("the upgrade has failed, and this master goes on: {}", reason);
    if (begun.bequest != null) {
      begun.bequest.close();
    }
    attempt = null;
    Process heir = begun.heir;
    offLoop.execute(() -> removeFiles(heir == null ? 0 : heir.pid()));
    begun.done.complete(UpgradeReport.failed("the new master does not serve: " + reason));
  }

  // Ours, and those that the new master has not removed if it was killed.
  private void removeFiles(long heirPid) {
    try {
      Files.deleteIfExists(socket);
      Path folder = Objects.requireNonNull(socket.getParent());
      String names = "{percore.pid-%d,*-%d.sock}".formatted(heirPid, heirPid);
      try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, names)) {
        for (Path file : left) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException failure) {
      log.warn("files of the upgrade stay in the run folder: {}", failure.getMessage());
    }
  }

  /// Gives a client's connection to the new master, if there is one that serves.
  ///
  /// @param whenSent run when the descriptor is on its way or lost; not if there is no new master
  /// @return whether there is one
  public boolean give(ClientConnection connection, FileDescriptor descriptor, Runnable whenSent) {
    Attempt present = attempt;
    if (present == null || !present.done.isDone() || present.bequest == null) {
      return false;
    }
    giving++;
    present.bequest.give(
        connection,
        descriptor,
        () -> {
          whenSent.run();
          giving--;
          completeIfAllGiven();
        });
    return true;
  }

  /// Completes when no connection is left that has still to be given: before that, this master
  /// must not end. To be asked for when no more can come.
  public CompletionStage<Void> allGiven() {
    lastGiven = true;
    completeIfAllGiven();
    return allGiven.minimalCompletionStage();
  }

  private void completeIfAllGiven() {
    if (lastGiven && giving == 0) {
      allGiven.complete(null);
    }
  }
}
