package dev.percore.worker.poison;

import dev.percore.config.ServerConfig;
import dev.percore.protocol.shared.CallRow;
import dev.percore.protocol.shared.Fingerprint;
import dev.percore.protocol.shared.PoisonLease;
import dev.percore.protocol.shared.PoisonTable;
import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs functions, with a note of what is computed in memory that outlives this process, and
/// refuses calls at which workers have died.
///
/// What counts as the same call is what a function sees: its name and its arguments, with defaults
/// filled in, however they were sent. The note takes some tens of nanoseconds, and for long
/// arguments a small part of the time that it took to read them; the look at those that are
/// suspected or refused takes two loads from memory while there are none.
///
/// [#check] may be called from any thread; [#apply] is for the compute thread.
public final class PoisonGuard {
  private static final Logger log = LoggerFactory.getLogger(PoisonGuard.class);

  private final @Nullable Notes notes;
  private final boolean refuses;
  private final boolean again;

  /// @param row of this process
  private record Notes(PoisonTable table, CallRow row, MeterRegistry registry) {}

  private PoisonGuard(@Nullable Notes notes, boolean refuses, boolean again) {
    this.notes = notes;
    this.refuses = refuses;
    this.again = again;
  }

  /// One that notes nothing and refuses nothing.
  public static PoisonGuard none() {
    return new PoisonGuard(null, false, false);
  }

  /// The guard of a worker.
  ///
  /// @param lease its place in the table; without one it notes and refuses nothing
  public static PoisonGuard of(
      ServerConfig.Poison settings, Optional<PoisonLease> lease, MeterRegistry registry) {
    if (!settings.isOn() || lease.isEmpty()) {
      return none();
    }
    try {
      return of(PoisonTable.open(lease.get().file()), lease.get().row(), registry);
    } catch (IOException failure) {
      log.warn("calls at which workers die are not refused: {}", failure.getMessage());
      return none();
    }
  }

  /// A guard over a table.
  ///
  /// @param row for this process alone
  public static PoisonGuard of(PoisonTable table, int row, MeterRegistry registry) {
    return new PoisonGuard(new Notes(table, table.row(row), registry), true, false);
  }

  /// One that notes the same and refuses nothing, for what has attempts of its own.
  public PoisonGuard lenient() {
    return new PoisonGuard(notes, false, again);
  }

  /// One that does the same, for a call that another worker had taken over and has died with.
  public PoisonGuard again() {
    return new PoisonGuard(notes, refuses, true);
  }

  /// Refuses a call that must not be computed now.
  public void check(String function, Arguments arguments) throws PoisonException {
    Notes present = notes;
    if (present != null && refuses && present.table().hasMarked()) {
      refuseIfMarked(present, function, fingerprint(present.table(), function, arguments));
    }
  }

  /// Calls a function, unless that must not be.
  ///
  /// @throws PoisonException if it is refused
  public ComputeResult apply(
      String name, ComputeFunction function, Arguments arguments, ComputeContext context)
      throws Exception {
    Notes present = notes;
    if (present == null) {
      return function.apply(arguments, context);
    }
    long fingerprint = fingerprint(present.table(), name, arguments);
    if (refuses && present.table().hasMarked()) {
      refuseIfMarked(present, name, fingerprint);
    }
    present.row().begin(name, fingerprint, System.nanoTime(), again);
    boolean survives = true;
    try {
      return function.apply(arguments, context);
    } catch (StackOverflowError harmless) {
      throw harmless;
    } catch (VirtualMachineError fatal) {
      survives = false; // the process ends for it, and the note tells why
      throw fatal;
    } finally {
      if (survives) {
        present.row().end();
        // One that was told to give up might have come to worse.
        if (!context.isCancelled()) {
          present.table().completed(fingerprint);
        }
      }
    }
  }

  private static void refuseIfMarked(Notes notes, String function, long fingerprint)
      throws PoisonException {
    PoisonTable table = notes.table();
    long now = System.nanoTime();
    PoisonTable.Entry entry = table.find(fingerprint).filter(e -> e.isMarked(now)).orElse(null);
    if (entry == null) {
      return;
    }
    if (table.refused(fingerprint) == 0) {
      log.warn(
          "refused a call of {} with the fingerprint {} for the first time: {} workers have died"
              + " at it",
          function,
          Fingerprint.text(fingerprint),
          entry.deaths());
    }
    Counter.builder("percore.poison.refused")
        .description("Calls that were refused, since workers have died at them")
        .tag("function", function)
        .register(notes.registry())
        .increment();
    throw new PoisonException(entry, function, now);
  }

  private static long fingerprint(PoisonTable table, String function, Arguments arguments) {
    Fingerprint fingerprint = table.fingerprint().text(function);
    for (Object value : arguments.asMap().values()) {
      add(value, fingerprint);
    }
    return fingerprint.value();
  }

  @SuppressWarnings("unchecked") // the only lists among arguments are those
  private static void add(Object value, Fingerprint fingerprint) {
    var _ =
        switch (value) {
          case Long number -> fingerprint.whole(number);
          case Double number -> fingerprint.real(number);
          case String text -> fingerprint.text(text);
          case List<?> numbers -> fingerprint.reals((List<Double>) numbers);
          case Object other ->
              throw new IllegalArgumentException("no argument is a " + other.getClass().getName());
        };
  }
}
