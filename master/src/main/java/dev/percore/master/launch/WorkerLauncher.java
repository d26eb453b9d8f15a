package dev.percore.master.launch;

import dev.percore.config.ServerConfig;
import dev.percore.master.evidence.Trace;
import dev.percore.master.evidence.WorkerEvidence;
import dev.percore.master.service.ServiceManager;
import dev.percore.master.supervise.Generation;
import dev.percore.master.supervise.Launcher;
import dev.percore.protocol.WorkerExit;
import dev.percore.protocol.WorkerNice;
import dev.percore.protocol.shared.BoardLease;
import dev.percore.protocol.shared.PoisonLease;
import dev.percore.protocol.shared.TableLease;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/// Starts a worker's JVM from the same Java and the same jars as the master's.
///
/// It must be used from a thread that lives as long as the master (its event loop): the kernel
/// kills a worker when the thread that spawned it ends.
public final class WorkerLauncher implements Launcher {
  /// So many times its initial size a heap may grow to.
  private static final int INITIAL_HEAP_SHARE = 4;

  private static final List<String> FIXED_OPTIONS =
      List.of(
          // One core, one heap, one collector thread: chosen here, before the compute thread is
          // pinned.
          "-XX:+UseSerialGC",
          "-XX:ActiveProcessorCount=1",
          "-XX:+UseCompactObjectHeaders",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:+StartAttachListener", // for thread dumps
          // The metadata of classes as they are in the AOT cache: moved to another place, each
          // worker would have a copy of its own of all of them.
          // docs/decisions/memory-of-a-worker.md
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0",
          // Hot methods are compiled once, rather than again within each of their callers: half of
          // the work for the compiler, and full speed so much sooner.
          // docs/decisions/compiled-code.md
          "-XX:FreqInlineSize=100",
          "-XX:InlineSmallCode=300",
          // Methods are compiled only when they have run for a while: much of what is called 200
          // times runs at the start alone, and compiling that takes longer than interpreting it.
          "-XX:CompileThresholdScaling=5",
          // In milliseconds; each time takes a third of one. The C library would keep what the
          // compilers give back. docs/decisions/memory-of-a-worker.md
          "-XX:TrimNativeHeapInterval=1000",
          // Events that no recording here has switched on, and a tenth of a start to register them.
          "-Dio.netty.jfr.enabled=false",
          // For the few calls by reflection that there are, method handles do not pay: the
          // JVM makes classes for them that no cache has.
          "-Djdk.reflect.useNativeAccessorOnly=true",
          // Rather than searches through all jars; Netty opens a selector before anything else.
          "-Dslf4j.provider=dev.percore.config.logging.LogProvider",
          "-Dslf4j.internal.verbosity=WARN", // which says so at each start
          "-Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider",
          // It takes a stack trace of one buffer in 128: 3 % of the event loop's time.
          "-Dio.netty.leakDetection.level=disabled",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private static final String WORKER_MAIN = "dev.percore.worker.WorkerMain";

  private final Path home;
  private final RunFolder runFolder;
  private final SharedLimits limits;
  private final SharedBoard board;
  private final SharedPoison poison;
  private final WorkerEvidence evidence;
  private final List<String> prefix;
  private final OptionalInt nice;

  /// @param prefix what a worker's command line begins with: a program that becomes the worker,
  ///     with fewer rights; empty for none
  /// @param nice the nice value to which a worker may go back that has started with a higher one;
  ///     empty if it may not
  public WorkerLauncher(
      Path home,
      RunFolder runFolder,
      SharedLimits limits,
      SharedBoard board,
      SharedPoison poison,
      WorkerEvidence evidence,
      List<String> prefix,
      OptionalInt nice) {
    this.home = home;
    this.runFolder = runFolder;
    this.limits = limits;
    this.board = board;
    this.poison = poison;
    this.evidence = evidence;
    this.prefix = List.copyOf(prefix);
    this.nice = nice;
  }

  @Override
  public Launched launch(int slot, Generation generation, boolean besideOthers) throws IOException {
    Optional<TableLease> lease = limits.lease(generation.config());
    Optional<BoardLease> row = board.lease();
    Optional<PoisonLease> note = poison.lease();
    Trace trace = evidence.open(slot, generation.config().worker().heapBytes());
    List<String> command = command(slot, generation, besideOthers, lease, row, note, trace);
    try {
      Process process = start(command, trace);
      evidence.began(process.pid(), trace, command);
      lease.ifPresent(place -> process.onExit().thenRun(() -> limits.release(place)));
      row.ifPresent(place -> process.onExit().thenRun(() -> board.release(place)));
      note.ifPresent(place -> poison.began(process.pid(), place));
      return new LaunchedProcess(process);
    } catch (IOException failure) {
      evidence.cancelled(trace);
      lease.ifPresent(limits::release);
      row.ifPresent(board::release);
      note.ifPresent(poison::release);
      throw failure;
    }
  }

  private Process start(List<String> command, Trace trace) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectInput(trace.standardInput())
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    // Without a locale, which is how service managers start things, Java could not open files whose
    // names go beyond ASCII.
    builder.environment().putIfAbsent("LANG", "C.UTF-8");
    ServiceManager.withhold(builder.environment());
    return builder.start();
  }

  private List<String> command(
      int slot,
      Generation generation,
      boolean besideOthers,
      Optional<TableLease> lease,
      Optional<BoardLease> row,
      Optional<PoisonLease> note,
      Trace trace) {
    ServerConfig.WorkerProcess settings = generation.config().worker();
    List<String> command = new ArrayList<>(prefix);
    if (besideOthers && nice.isPresent() && settings.startNice() > 0) {
      command.addAll(List.of("nice", "-n", Integer.toString(settings.startNice())));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions(settings));
    command.addAll(trace.jvmOptions());
    command.addAll(AotCache.ofWorker(home).useOptions());
    command.addAll(settings.jvmOptions());
    command.addAll(new WorkerNice(settings.startNice(), nice).jvmOptions());
    lease.ifPresent(place -> command.addAll(place.jvmOptions()));
    row.ifPresent(place -> command.addAll(place.jvmOptions()));
    note.ifPresent(place -> command.addAll(place.jvmOptions()));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(WORKER_MAIN);
    command.add(Integer.toString(slot));
    command.add(Integer.toString(generation.number()));
    command.add(Long.toString(ProcessHandle.current().pid()));
    command.add(runFolder.workersSocket().toString());
    command.add(runFolder.descriptorsSocket().toString());
    return List.copyOf(command);
  }

  /// Our own options of a worker's JVM, without those of the settings and of the cache.
  public static List<String> jvmOptions(ServerConfig.WorkerProcess settings) {
    List<String> options = new ArrayList<>(FIXED_OPTIONS);
    options.add("-Xmx" + settings.heapBytes());
    // What a young generation has touched once stays in memory. But with another limit among the
    // settings' options the JVM would refuse what is beyond that.
    if (settings.jvmOptions().stream().noneMatch(WorkerLauncher::limitsHeap)) {
      options.add("-XX:InitialHeapSize=" + settings.heapBytes() / INITIAL_HEAP_SHARE);
    }
    return List.copyOf(options);
  }

  private static boolean limitsHeap(String option) {
    return option.startsWith("-Xmx") || option.startsWith("-XX:MaxHeapSize");
  }

  private record LaunchedProcess(Process process) implements Launched {
    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public void kill() {
      process.destroyForcibly();
    }

    @Override
    public CompletionStage<WorkerExit> onExit() {
      return process.onExit().thenApply(ended -> new WorkerExit(ended.exitValue()));
    }
  }
}
