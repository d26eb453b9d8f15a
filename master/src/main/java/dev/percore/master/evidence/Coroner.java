package dev.percore.master.evidence;

import dev.percore.protocol.blackbox.BlackBox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks into the end of a worker: finds the verdict, and keeps a bundle of what is known unless
/// the end was planned. Blocks on the disk. Thread-safe.
final class Coroner {
  private static final Logger log = LoggerFactory.getLogger(Coroner.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final BundleFolder bundles;
  private final MemoryEvents memory;

  Coroner(BundleFolder bundles, MemoryEvents memory) {
    this.bundles = bundles;
    this.memory = memory;
  }

  /// Whatever goes wrong with the bundle, the end has its verdict.
  WorkerEnd examine(Death death, Trace trace) {
    Map<String, Long> memoryEvents = memory.read();
    recover(death, trace);
    Verdict verdict =
        death.verdict(
            MemoryEvents.killedBetween(trace.eventsBefore(), memoryEvents),
            Remains.in(trace.folder()));
    Path bundle = null;
    if (verdict != Verdict.ORDERLY) {
      bundle = bundle(death, verdict, trace, memoryEvents);
      log.warn(
          "worker {} (pid {}) ended: verdict {} ({}){}",
          death.slot(),
          death.pid(),
          verdict.label().replace('_', ' '),
          death.exit().describe(),
          bundle == null ? "" : "; what is known of it is in " + bundle);
    }
    bury(death, trace);
    return death.end(verdict, bundle);
  }

  private static void recover(Death death, Trace trace) {
    try {
      trace.recover();
    } catch (IOException | DirectoryIteratorException failure) {
      log.warn("not all that the JVM of pid {} wrote is kept: {}", death.pid(), failure.toString());
    }
  }

  private @Nullable Path bundle(
      Death death, Verdict verdict, Trace trace, Map<String, Long> memoryEvents) {
    Path folder = trace.folder();
    if (folder == null) {
      return null;
    }
    try {
      BlackBox blackBox = trace.blackBox().orElse(new BlackBox(List.of(), 0, ""));
      Files.writeString(folder.resolve("log.txt"), blackBox.log());
      joinRecording(folder);
      List<String> omitted = bundles.trim(folder);
      Report report = Report.of(death, verdict, trace, blackBox, memoryEvents, omitted);
      Files.write(folder.resolve("report.json"), report.json());
      return bundles.keep(
          folder,
          "%s-slot%d-pid%d-%s"
              .formatted(TIME.format(death.at()), death.slot(), death.pid(), verdict.label()));
    } catch (IOException | UncheckedIOException failure) {
      log.warn("no bundle of pid {}: {}", death.pid(), failure.toString());
      return null;
    }
  }

  private void joinRecording(Path folder) throws IOException {
    Path repository = folder.resolve(Trace.RECORDING_FOLDER);
    if (Files.exists(repository)) {
      Chunks.join(repository, folder.resolve("recording.jfr"), bundles.limits().sizeBytes());
      FileTree.delete(repository);
    }
  }

  private static void bury(Death death, Trace trace) {
    JvmInquiry.removeSocket(death.pid());
    try {
      trace.close();
    } catch (IOException | DirectoryIteratorException failure) {
      log.warn("something of pid {} is left behind: {}", death.pid(), failure.toString());
    }
  }
}
