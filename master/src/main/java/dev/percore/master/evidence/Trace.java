package dev.percore.master.evidence;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.blackbox.BlackBox;
import dev.percore.protocol.posix.DeathNotice;
import dev.percore.protocol.posix.MemoryFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What one worker process leaves behind while it lives: its black box, a folder, the place that
/// its JVM may write to, and samples of its memory. It may lack any of these: a worker starts
/// without rather than not at all.
///
/// [#began] and [#secured] are for the master's event loop; the rest is thread-safe.
public final class Trace {
  private static final File NOTHING = new File("/dev/null");
  static final String RECORDING_FOLDER = "jfr";

  private final @Nullable MemoryFile blackBox;
  private final @Nullable Path folder;
  private final @Nullable Path jvmFolder;
  private final List<String> jvmOptions;
  private volatile List<String> givenOptions = List.of();
  private volatile Sample sample = new Sample(Instant.EPOCH, Map.of(), 0, 0);
  private volatile Map<String, Long> eventsBefore = Map.of();
  private CompletableFuture<Void> secured = CompletableFuture.completedFuture(null);

  /// A look at a living worker.
  ///
  /// @param memoryEvents what the kernel had counted by then
  record Sample(
      Instant at, Map<String, Long> memoryEvents, long residentBytes, long residentPeakBytes) {}

  /// @param folder the master's alone, if workers are another user
  /// @param jvmFolder the same, or the workers' own
  Trace(
      @Nullable MemoryFile blackBox,
      @Nullable Path folder,
      @Nullable Path jvmFolder,
      List<String> jvmOptions) {
    this.blackBox = blackBox;
    this.folder = folder;
    this.jvmFolder = jvmFolder;
    this.jvmOptions = List.copyOf(jvmOptions);
  }

  /// The options that have a JVM leave its traces in a folder.
  static List<String> jvmOptions(Path folder, ServerConfig.Bundles settings, long heapBytes) {
    // In these names HotSpot puts the pid in place of %p.
    String place = folder.toString().replace("%", "%%");
    List<String> options = new ArrayList<>();
    options.add("-XX:ErrorFile=" + place + "/" + Remains.ERROR_FILE);
    if (settings.heapDump() && heapBytes <= settings.sizeBytes()) {
      options.add("-XX:+HeapDumpOnOutOfMemoryError");
      options.add("-XX:HeapDumpGzipLevel=1");
      options.add("-XX:HeapDumpPath=" + place + "/" + Remains.HEAP_DUMP_FILE);
    }
    if (settings.flightRecorder()) {
      options.add("-XX:StartFlightRecording=maxsize=16m");
      options.add(
          "-XX:FlightRecorderOptions=repository=\"" + folder.resolve(RECORDING_FOLDER) + "\"");
      options.add("-Xlog:jfr+startup=error"); // it would tell of itself on the standard output
    }
    return options;
  }

  /// What the worker gets as its standard input.
  public File standardInput() {
    return blackBox == null ? NOTHING : blackBox.path().toFile();
  }

  /// How the end of its event loop is learnt of; none if it has no black box.
  Optional<DeathNotice> deathNotice() throws IOException {
    return blackBox == null ? Optional.empty() : Optional.of(BlackBox.deathNotice(blackBox.path()));
  }

  /// Options for the worker's JVM.
  public List<String> jvmOptions() {
    return jvmOptions;
  }

  void began(List<String> command) {
    int optionsEnd = Math.max(command.indexOf("-cp"), 1);
    givenOptions = List.copyOf(command.subList(1, optionsEnd));
  }

  /// All options that its JVM was given, also those of others than this.
  List<String> givenOptions() {
    return givenOptions;
  }

  @Nullable Path folder() {
    return folder;
  }

  /// Where its JVM writes while it lives.
  @Nullable Path jvmFolder() {
    return jvmFolder;
  }

  /// Brings what its JVM wrote into its folder. Only for a worker that has ended.
  void recover() throws IOException {
    if (folder != null && jvmFolder != null && !jvmFolder.equals(folder)) {
      Possession.take(jvmFolder, folder);
    }
  }

  Sample sample() {
    return sample;
  }

  /// Takes a sample, unless the worker was gone already.
  void sampled(Sample latest) {
    if (latest.residentBytes() > 0) {
      eventsBefore =
          sample.at().equals(Instant.EPOCH) ? latest.memoryEvents() : sample.memoryEvents();
      sample = latest;
    }
  }

  /// What the kernel had counted at the last sample but one. The last may have been taken between
  /// the count and the death that it counts.
  Map<String, Long> eventsBefore() {
    return eventsBefore;
  }

  /// Completes when nobody gathers evidence any more, also if that failed.
  CompletableFuture<Void> secured() {
    return secured;
  }

  void secured(CompletableFuture<Void> gathering) {
    secured = gathering;
  }

  /// What the worker noted. Only for a worker that has ended.
  Optional<BlackBox> blackBox() throws IOException {
    return blackBox == null ? Optional.empty() : Optional.of(BlackBox.read(blackBox.path()));
  }

  /// Removes what is left of it.
  void close() throws IOException {
    try (MemoryFile _ = blackBox) {
      if (folder != null) {
        FileTree.delete(folder);
      }
      if (jvmFolder != null) {
        Possession.delete(jvmFolder);
      }
    }
  }
}
