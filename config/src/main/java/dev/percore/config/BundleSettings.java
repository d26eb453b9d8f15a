package dev.percore.config;

import static dev.percore.config.Declarations.GIB;
import static dev.percore.config.Declarations.MIB;
import static dev.percore.config.Declarations.whole;

import dev.percore.config.value.Flag;
import dev.percore.config.value.OptionalPath;
import dev.percore.config.value.SizeValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What is kept of a worker that died.
final class BundleSettings {
  static final Declarations DECLARED = new Declarations();

  static final Setting<Optional<Path>> DIR =
      DECLARED.add(
          new Setting<>(
              "bundles.dir",
              new OptionalPath(List.of(""), "`bundles` in `run_dir`"),
              "",
              "Folder of the crash bundles, best on a disk, since a heap dump is among them. Each"
                  + " bundle is for its owner alone.",
              true));
  static final Setting<Integer> COUNT =
      DECLARED.add(
          new Setting<>(
              "bundles.count",
              whole(1, 1000),
              "10",
              "Bundles that are kept; the oldest give way."));
  static final Setting<Long> SIZE =
      DECLARED.add(
          new Setting<>(
              "bundles.size",
              new SizeValue(MIB, 1024 * GIB),
              "256m",
              "Space for all bundles together; the oldest give way, and what is too large by itself"
                  + " is left out."));
  static final Setting<Boolean> HEAP_DUMP =
      DECLARED.add(
          new Setting<>(
              "bundles.heap_dump",
              new Flag(),
              "true",
              "Whether a worker that runs out of memory writes its heap, compressed, before it"
                  + " ends. It does not where `worker.heap` is larger than `bundles.size`."));
  static final Setting<Boolean> FLIGHT_RECORDER =
      DECLARED.add(
          new Setting<>(
              "bundles.flight_recorder",
              new Flag(),
              "false",
              "Whether workers record what they do with Java Flight Recorder. It makes their start"
                  + " slower and takes memory."));

  private BundleSettings() {}
}
