import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/// Makes the table of `scripts/faults`: starts a server for each row, puts load on it, injects
/// the row's fault, and tells what the clients saw.
final class Faults {
  private static final int TAIL_MILLIS = 1_000;
  private static final int SETTLE_SECONDS = 30;
  private static final int EXIT_USAGE = 64;

  private final Path folder;
  private final Map<String, Result> references = new HashMap<>();
  private final AtomicReference<Server> running = new AtomicReference<>();

  /// Starts a server in a folder.
  interface Starter<S extends Server> {
    S start(Path folder) throws Exception;
  }

  /// @param reference the row to compare with, or empty
  record Row<S extends Server>(
      String name, String reference, Starter<S> starter, Trial.Fault<S> fault) {
    boolean isReference() {
      return name.startsWith("nginx-");
    }
  }

  private Faults(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] names) throws Exception {
    List<Row<?>> rows = new ArrayList<>(Rows.ALL);
    Set<String> wanted = Set.copyOf(Arrays.asList(names));
    List<String> known = rows.stream().<String>map(Row::name).toList();
    if (!known.containsAll(wanted)) {
      System.err.println("percore: rows are " + String.join(", ", known));
      System.exit(EXIT_USAGE);
    }
    rows.removeIf(row -> !wanted.isEmpty() && !wanted.contains(row.name()));
    Native.takeTurns();
    Path folder = Files.createTempDirectory("faults");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    var faults = new Faults(folder);
    Runtime.getRuntime().addShutdownHook(new Thread(faults::stopRunning));
    boolean kept = faults.run(rows);
    if (kept) {
      delete(folder);
    } else {
      System.out.println("The logs are in " + folder);
    }
    System.exit(kept ? 0 : 1);
  }

  private boolean run(Collection<Row<?>> rows) throws Exception {
    boolean kept = true;
    Result.printTitle();
    for (Row<?> row : rows) {
      if (!row.isReference()) {
        kept &= run(row).print(Optional.ofNullable(references.get(row.reference())));
      } else if (Nginx.isInstalled()) {
        Result result = run(row);
        references.put(row.name(), result);
        result.printAsReference();
      } else {
        System.out.printf("%-14s skipped: nginx is not installed%n", row.name());
      }
    }
    return kept;
  }

  private <S extends Server> Result run(Row<S> row) throws Exception {
    S server;
    try {
      server = row.starter().start(Files.createDirectory(folder.resolve(row.name())));
    } catch (BrokenPromise noStart) {
      return Result.ofNoStart(row.name(), noStart.getMessage());
    }
    running.set(server);
    Result result = underLoad(server, row);
    try {
      server.stop();
    } catch (BrokenPromise | IOException failure) {
      result = result.butBroken(failure.getMessage());
    }
    running.set(null);
    return result;
  }

  private static <S extends Server> Result underLoad(S server, Row<S> row) throws Exception {
    List<String> broken = new ArrayList<>();
    try (Load load = Load.start(server)) {
      Os.await("the server is settled", SETTLE_SECONDS, server::isSettled); // gets this side warm
      load.warmUp();
      Trial<S> trial = new Trial<>(server, load);
      try {
        row.fault().inject(trial);
        Thread.sleep(TAIL_MILLIS);
      } catch (BrokenPromise | IOException failure) {
        broken.add(failure.getMessage());
      }
      return trial.result(row.name(), broken);
    }
  }

  /// For an interruption from the keyboard.
  private void stopRunning() {
    Server server = running.get();
    if (server != null) {
      try {
        server.stop();
      } catch (Exception failure) {
        System.err.println("percore: " + failure);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
