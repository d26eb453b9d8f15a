package dev.percore.master;

import dev.percore.config.ConfigSources;
import dev.percore.config.LoadedConfig;
import dev.percore.config.ServerConfig;
import dev.percore.config.logging.LogSetup;
import dev.percore.config.logging.ProcessIdentity;
import dev.percore.master.admin.AdminApi;
import dev.percore.master.admin.AdminServer;
import dev.percore.master.admin.ScrapeRehearsal;
import dev.percore.master.doctor.Doctor;
import dev.percore.master.evidence.WorkerEvidence;
import dev.percore.master.host.LogFiles;
import dev.percore.master.host.Orphans;
import dev.percore.master.host.PrivilegeException;
import dev.percore.master.host.Privileges;
import dev.percore.master.host.WorkerAccess;
import dev.percore.master.launch.RunFolder;
import dev.percore.master.launch.SharedBoard;
import dev.percore.master.launch.SharedLimits;
import dev.percore.master.launch.SharedPoison;
import dev.percore.master.launch.WorkerLauncher;
import dev.percore.master.link.WorkerConnections;
import dev.percore.master.listen.ListenException;
import dev.percore.master.listen.ListenSockets;
import dev.percore.master.service.ActivatedSocket;
import dev.percore.master.service.ServiceManager;
import dev.percore.master.supervise.Generation;
import dev.percore.master.supervise.WorkerLink;
import dev.percore.master.upgrade.Inheritance;
import dev.percore.master.upgrade.Relaunch;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.protocol.ControlMessage.ToMaster;
import dev.percore.protocol.StartPriority;
import dev.percore.protocol.posix.Users;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The master process from its first line to its exit code.
public final class MasterMain {
  private static final Logger log = LoggerFactory.getLogger(MasterMain.class);

  /// How long a master has served until its compilers take their turns; and how long one that
  /// succeeds another goes on yielding when both have connections.
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(5);

  private MasterMain() {}

  /// Runs the master until it is told to stop.
  ///
  /// @param loaded what the sources say
  /// @return how it ended
  public static ExitCode run(LoadedConfig loaded, ConfigSources sources, Origin origin) {
    Instant startedAt = jvmStart();
    var ended = new CountDownLatch(1);
    try {
      ServerConfig config = loaded.config();
      Privileges privileges = Privileges.of(config.privileges(), System.getenv());
      Users.umask(config.privileges().umask());
      LogFiles.prepare(config, privileges.ownership());
      LogSetup.start(config.log(), ProcessIdentity.master());
      try (Orphans _ = Orphans.watch();
          RunFolder runFolder =
              origin.predecessor().isEmpty()
                  ? RunFolder.take(config.runDir(), privileges.ownership())
                  : RunFolder.join(config.runDir(), privileges.ownership())) {
        return serve(loaded, sources, origin, privileges, runFolder, startedAt, ended);
      }
    } catch (RunFolder.InUseException | ListenException inUse) {
      return cannotStart(ExitCode.UNAVAILABLE, inUse);
    } catch (PrivilegeException refused) {
      return cannotStart(refused.exitCode(), refused);
    } catch (UnsatisfiedLinkError noTransport) {
      return cannotStart(ExitCode.UNAVAILABLE, noTransport);
    } catch (IOException | UncheckedIOException failure) {
      return cannotStart(ExitCode.IO_ERROR, failure);
    } catch (InterruptedException | RuntimeException defect) {
      log.error("the master ends because of a defect", defect);
      return ExitCode.DEFECT;
    } finally {
      ended.countDown();
      LogSetup.stop();
    }
  }

  // On the standard error too: the log may be a file that nobody at the terminal looks into.
  private static ExitCode cannotStart(ExitCode code, Throwable reason) {
    String text =
        reason instanceof FileSystemException file && file.getReason() == null
            ? file.getClass().getSimpleName().replace("Exception", "") + ": " + file.getFile()
            : reason.getMessage();
    log.error("cannot start: {}", text);
    System.err.println("percore: cannot start: " + text);
    return code;
  }

  private static ExitCode serve(
      LoadedConfig loaded,
      ConfigSources sources,
      Origin origin,
      Privileges privileges,
      RunFolder runFolder,
      Instant startedAt,
      CountDownLatch ended)
      throws IOException, InterruptedException {
    ServerConfig config = loaded.config();
    Epoll.ensureAvailability();
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("master", true), EpollIoHandler.newFactory());
    Optional<Inheritance> inheritance =
        origin.predecessor().isEmpty()
            ? Optional.empty()
            : Optional.of(Inheritance.claim(group, origin.predecessor().get()));
    OptionalInt niceWhenServing =
        inheritance.map(Inheritance::niceWhenServing).orElse(OptionalInt.empty());
    OptionalInt niceOfWorkers = privileges.niceOfWorkers(niceWhenServing);
    var priority =
        new StartPriority(
            config.worker().startNice(),
            niceWhenServing.isPresent() ? niceWhenServing : niceOfWorkers);
    priority.yieldCompilers();
    try (ListenSockets sockets = sockets(config, inheritance);
        var limits = new SharedLimits(runFolder.path(), runFolder.ownership());
        var board = new SharedBoard(runFolder.path(), runFolder.ownership());
        var poison = new SharedPoison(runFolder.path(), runFolder.ownership());
        var evidence = new WorkerEvidence(config.bundles(), privileges.ownership(), group.next())) {
      var environment =
          new Environment(
              sources,
              runFolder,
              sockets,
              task -> Thread.ofPlatform().name("off-loop").daemon().start(task));
      var launcher =
          new WorkerLauncher(
              sources.home(),
              runFolder,
              limits,
              board,
              poison,
              evidence,
              privileges.launchPrefix(),
              niceOfWorkers);
      var admin = new AdminServer(group);
      var master =
          new Master(
              new Generation(inheritance.map(Inheritance::generation).orElse(0) + 1, loaded),
              group,
              environment,
              launcher,
              evidence,
              poison,
              admin,
              ServiceManager.of(System.getenv(), ProcessHandle.current().pid()),
              new Relaunch(launcher(sources), sources, origin.endsWithInput(), niceOfWorkers),
              inheritance.isPresent(),
              () -> {
                inheritance.ifPresent(
                    old -> {
                      takeOver(old, runFolder, poison, sockets);
                      takeTurnsWithout(old, priority);
                    });
                settleLater(priority, config, runFolder, group);
              },
              startedAt);
      new WorkerConnections(group, new ConnectionEvents(master))
          .open(runFolder.workersSocket(), runFolder.descriptorsSocket());
      inheritance.ifPresent(
          old ->
              old.onConnection((connection, descriptor) -> master.inherit(connection, descriptor)));
      AdminApi api = master.adminApi();
      Integer adminSocket =
          inheritance.map(old -> old.adminSocket(AdminServer.name(config.admin()))).orElse(null);
      if (config.admin().tcp()) {
        master.adminListensOn(admin.open(config.admin(), adminSocket, api));
      }
      admin.open(runFolder.controlSocket(), api);
      runFolder.open();
      new WorkerAccess(config, privileges)
          .require(List.of(runFolder.workersSocket(), runFolder.descriptorsSocket()));
      evidence.rehearse(privileges);
      Signals.start(
          received ->
              master.post(new MasterEvent.SignalArrived(received.signal(), received.senderPid())),
          () -> stopAndWait(master, ended));
      if (origin.endsWithInput()) {
        InputEnd.watch(System.in, () -> master.post(new MasterEvent.StopRequested(StopMode.FAST)));
      }
      master.start();
      Doctor.warnings(config).forEach(finding -> log.warn("doctor: {}", finding.line()));
      return master.exitCode().join();
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }
  }

  // From the old master, or the service manager, or else opened.
  private static ListenSockets sockets(ServerConfig config, Optional<Inheritance> inheritance)
      throws IOException {
    if (inheritance.isPresent()) {
      return ListenSockets.adopt(config.listen(), config.workers(), inheritance.get().sockets());
    }
    List<ActivatedSocket> activated =
        ActivatedSocket.all(System.getenv(), ProcessHandle.current().pid());
    List<ListenSockets.Adopted> adopted = new ArrayList<>();
    for (ActivatedSocket socket : activated) {
      log.info("the service manager passed a socket ({}) on {}", socket.name(), socket.address());
      adopted.add(Activation.adopted(socket, config.listen()));
    }
    ListenSockets sockets = ListenSockets.adopt(config.listen(), config.workers(), adopted);
    sockets.ownFiles(true);
    return sockets;
  }

  // The start script says by what path it was called.
  private static Path launcher(ConfigSources sources) {
    String called = System.getProperty("percore.launcher", "");
    return called.isEmpty() ? sources.home().resolve("bin/percore") : Path.of(called);
  }

  private static void takeOver(
      Inheritance old, RunFolder runFolder, SharedPoison poison, ListenSockets sockets) {
    try {
      poison.inherit();
    } catch (IOException failure) {
      log.warn("not all that the old master knew of calls at which workers die is known", failure);
    }
    try {
      runFolder.takeOver();
    } catch (IOException failure) {
      log.error("the run folder still names the old master: {}", failure.getMessage());
    }
    sockets.ownFiles(true);
    old.announceServing();
  }

  // Connections pass from the old master to this one now, on code that runs for the first time.
  // That is not to keep the workers waiting, nor to starve beside other programs.
  private static void takeTurnsWithout(Inheritance old, StartPriority priority) {
    priority.takeTurnsInTheBackground();
    var _ = old.gone().thenRun(priority::takeTurns);
  }

  // Compilers that yield under full load compile next to nothing, and every scrape is interpreted.
  // Not from the start: workers that start, and their first clients, need the cores more. Nor only
  // when a predecessor has gone, which may take long. Then the event loop goes first: what little
  // it does is waited for by those who operate the server, just when workers fill all cores.
  private static void settleLater(
      StartPriority priority, ServerConfig config, RunFolder runFolder, EventLoopGroup group) {
    var _ =
        group.schedule(
            () -> {
              if (runFolder.isCeded()) {
                return; // it leaves, and yields for good
              }
              priority.takeTurns();
              priority.letOptimize();
              StartPriority.goFirst(config.supervision().nice());
              if (config.admin().tcp() && config.admin().warmUp().isPositive()) {
                ScrapeRehearsal.start(
                    runFolder.controlSocket(), config.admin().warmUp(), runFolder::isCeded);
              }
            },
            SETTLED_AFTER.toSeconds(),
            TimeUnit.SECONDS);
  }

  // For signals that arrive by the JVM's shutdown. What has ended already needs no second stop: the
  // hook also runs when the process exits by itself.
  private static void stopAndWait(Master master, CountDownLatch ended) {
    if (ended.getCount() > 0) {
      master.post(new MasterEvent.StopRequested(StopMode.FAST));
      try {
        ended.await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // Of the JVM, not of the process: `scripts/run` builds first, in the same process.
  private static Instant jvmStart() {
    return Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  /// Turns what happens on the workers' connections into events.
  private record ConnectionEvents(Master master) implements WorkerConnections.Events {
    @Override
    public boolean isWorker(long pid) {
      return master.isWorker(pid);
    }

    @Override
    public void attached(long pid, WorkerLink link) {
      master.post(new MasterEvent.WorkerAttached(pid, link));
    }

    @Override
    public void said(long pid, ToMaster message) {
      master.post(new MasterEvent.WorkerSaid(pid, message));
    }

    @Override
    public void handedOver(long pid, ClientConnection connection, FileDescriptor descriptor) {
      master.post(new MasterEvent.ConnectionHandedOver(pid, connection, descriptor));
    }

    @Override
    public void detached(long pid) {
      master.post(new MasterEvent.WorkerDetached(pid));
    }
  }
}
