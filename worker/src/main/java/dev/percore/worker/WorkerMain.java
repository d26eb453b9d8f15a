package dev.percore.worker;

import dev.percore.config.ConfigLoader;
import dev.percore.config.ServerConfig;
import dev.percore.config.logging.LogSetup;
import dev.percore.config.logging.ProcessIdentity;
import dev.percore.protocol.ControlMessage;
import dev.percore.protocol.ControlMessage.Configure;
import dev.percore.protocol.ControlMessage.Draining;
import dev.percore.protocol.ControlMessage.Hello;
import dev.percore.protocol.ControlMessage.Prepared;
import dev.percore.protocol.ControlMessage.StartFailed;
import dev.percore.protocol.StartPriority;
import dev.percore.protocol.WorkerExit;
import dev.percore.protocol.WorkerNice;
import dev.percore.protocol.blackbox.BlackBoxWriter;
import dev.percore.protocol.posix.PosixException;
import dev.percore.protocol.posix.Processes;
import dev.percore.worker.control.MasterLink;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The worker process from its first line to its exit code. Only a master starts it.
public final class WorkerMain {
  private static final Logger log = LoggerFactory.getLogger(WorkerMain.class);

  /// What a worker may need beyond the time for its requests before a signal ends it anyway.
  private static final Duration EXIT_MARGIN = Duration.ofSeconds(2);

  /// How long clients are served with as much of the cores as there is, and the better code waits.
  private static final Duration FIRST_CLIENTS = Duration.ofSeconds(5);

  /// Its tasks are done by then.
  private static final Duration LOOP_END = Duration.ofSeconds(1);

  private final Arguments arguments;
  private final StartPriority priority;
  private final BlackBoxWriter blackBox;
  private final Drain drain = new Drain();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean leaving;

  /// The command line, as the master's launcher writes it.
  private record Arguments(
      int slot, int generation, long masterPid, Path messagesSocket, Path descriptorsSocket) {

    static Arguments parse(String[] args) {
      if (args.length != 5) {
        throw new IllegalArgumentException(
            "a worker is started by its master; use bin/percore run");
      }
      return new Arguments(
          Integer.parseInt(args[0]),
          Integer.parseInt(args[1]),
          Long.parseLong(args[2]),
          Path.of(args[3]),
          Path.of(args[4]));
    }
  }

  private WorkerMain(Arguments arguments, StartPriority priority) {
    this.arguments = arguments;
    this.priority = priority;
    this.blackBox = blackBox();
    LogSetup.copyTo(blackBox::log, ProcessIdentity.worker(arguments.slot()));
  }

  /// Runs a worker; the process exits with one of the codes of [WorkerExit].
  public static void main(String[] args) {
    int code;
    try {
      StartPriority priority = priority();
      code = new WorkerMain(Arguments.parse(args), priority).run();
    } catch (Throwable defect) {
      log.error("the worker ends because of a defect", defect);
      code = WorkerExit.DEFECT;
    }
    LogSetup.stop();
    System.exit(code);
  }

  // First of all, since compilers have much to do from the first moment, for which a start would
  // have to wait.
  private static StartPriority priority() {
    WorkerNice nice = WorkerNice.ofThisProcess();
    var priority = new StartPriority(nice.start(), nice.serving());
    priority.yieldCompilers();
    return priority;
  }

  // The standard input, which is nothing to read from for plugins.
  private static BlackBoxWriter blackBox() {
    System.setIn(InputStream.nullInputStream());
    try {
      return BlackBoxWriter.ofStandardInput();
    } catch (IOException unusable) {
      log.warn("nothing will be known of this worker's requests after its death", unusable);
      return BlackBoxWriter.unread();
    }
  }

  private void leaveDeathNotice() {
    try {
      blackBox.leaveDeathNotice();
    } catch (PosixException refused) {
      log.debug("the master will see the end of this process, and not of its event loop", refused);
    }
  }

  private int run() throws IOException, InterruptedException {
    if (!bindToMaster()) {
      return WorkerExit.MASTER_GONE;
    }
    IoEventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("loop-" + arguments.slot(), true),
            EpollIoHandler.newFactory());
    loop.execute(this::leaveDeathNotice); // before the master hears of this process
    var link =
        new MasterLink(
            loop,
            arguments.messagesSocket(),
            arguments.descriptorsSocket(),
            wanted -> drain.request(wanted.deadline(), wanted.handOver()),
            this::masterGone);
    link.send(new Hello(ControlMessage.PROTOCOL_VERSION, arguments.slot(), arguments.generation()));
    Configure order = link.configuration().join();
    ServerConfig config = ConfigLoader.fromCanonical(order.settings());
    LogSetup.start(config.log(), ProcessIdentity.worker(arguments.slot()));
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> drainAndWait(config, link), "drain-by-signal"));
    Thread jars = Thread.ofPlatform().name("jars").daemon().start(WorkerMain::openJars);
    try (Worker worker = Worker.create(arguments.slot(), config, loop, link, blackBox)) {
      worker.start();
      if (!order.othersServe() && config.worker().firstWarmUp().isPositive()) {
        priority.letCompile();
      }
      worker.rehearse(order.othersServe());
      jars.join();
      worker.takePlace();
      priority.takeTurns();
      priority.favourCompute(config.compute().nice());
      link.obey(worker);
      link.send(new Prepared());
      if (!drain.awaitRequest(FIRST_CLIENTS)) {
        priority.letOptimize();
        priority.letComputeYield(config.compute().nice());
        drain.awaitRequest();
      }
      priority.windUp();
      worker.drain(drain);
    } catch (WorkerStartException failure) {
      log.error("cannot start: {}", failure.getMessage());
      link.sendAndFlush(new StartFailed(String.valueOf(failure.getMessage())));
      return WorkerExit.START_FAILED;
    } finally {
      leaving = true;
      end(loop);
      ended.countDown();
    }
    return WorkerExit.OK;
  }

  // A JVM that exits waits up to 0.3 s for threads that are in a native call, as an event loop is
  // that waits for events; and in a rolling reload the next worker waits for that.
  private static void end(IoEventLoopGroup loop) {
    if (!loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(LOOP_END.toMillis())) {
      log.warn("the event loop does not end");
    }
  }

  // The JVM does so when it looks for the first class that its cache lacks. If there is no
  // descriptor left by then, that class and all others of the jar are missing for good.
  private static void openJars() {
    try {
      var _ = Collections.list(ClassLoader.getSystemClassLoader().getResources("META-INF/none"));
    } catch (IOException failure) {
      log.warn("the jars of the server cannot be opened", failure);
    }
  }

  // Two bonds, since each has a gap: the kernel's does not cover a master that died before this
  // call, and the end of the control connection goes unseen by a worker that is stuck.
  private boolean bindToMaster() {
    try {
      Processes.leaveProcessGroup();
      return Processes.dieWithParent(arguments.masterPid());
    } catch (PosixException refused) {
      log.warn(
          "only the control connection ends this worker with its master: {}", refused.getMessage());
      return true;
    }
  }

  private void masterGone() {
    if (leaving) {
      return; // the end of the event loop closes the connection
    }
    log.error("the master is gone; so this worker ends");
    LogSetup.stop();
    Runtime.getRuntime().halt(WorkerExit.MASTER_GONE);
  }

  /// TERM sent to the worker itself, by an operator: it drains, and the master replaces it.
  private void drainAndWait(ServerConfig config, MasterLink link) {
    if (ended.getCount() == 0) {
      return;
    }
    Duration time = config.shutdown().fast();
    link.send(new Draining(time));
    drain.request(time, true);
    try {
      if (!ended.await(time.plus(EXIT_MARGIN).toMillis(), TimeUnit.MILLISECONDS)) {
        log.error("not drained in time");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
