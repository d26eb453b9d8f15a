package dev.percore.master.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Makes the jar of a plugin as a user would: with the compiler and the jars of the distribution.
final class PluginJar {
  /// A handler that answers `/gate?file=F` when the file F exists: a request that lasts exactly
  /// as long as a test wants.
  private static final String GATE =
      """
      package example;

      import dev.percore.worker.api.BlockingHandler;
      import dev.percore.worker.api.Request;
      import dev.percore.worker.api.Response;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.Set;

      public final class Gate implements BlockingHandler {
        @Override public String name() { return "gate"; }
        @Override public String path() { return "/gate"; }
        @Override public Set<String> methods() { return Set.of("GET"); }

        @Override public Response handle(Request request) throws InterruptedException {
          Path file = Path.of(request.query().get("file").getFirst());
          while (!Files.exists(file)) {
            Thread.sleep(5);
          }
          return Response.text(200, "open");
        }
      }
      """;

  /// A handler that answers `/hog` by taking all memory.
  private static final String HOG =
      """
      package example;

      import dev.percore.worker.api.BlockingHandler;
      import dev.percore.worker.api.Request;
      import dev.percore.worker.api.Response;
      import java.util.ArrayList;
      import java.util.List;
      import java.util.Set;

      public final class Hog implements BlockingHandler {
        @Override public String name() { return "hog"; }
        @Override public String path() { return "/hog"; }
        @Override public Set<String> methods() { return Set.of("GET"); }

        @Override public Response handle(Request request) {
          List<byte[]> kept = new ArrayList<>();
          while (true) {
            kept.add(new byte[1 << 20]);
          }
        }
      }
      """;

  /// A handler that cannot be made while a file exists, and so holds up the start of its worker;
  /// another file lets one pass.
  private static final String HOLD =
      """
      package example;

      import dev.percore.worker.api.BlockingHandler;
      import dev.percore.worker.api.Request;
      import dev.percore.worker.api.Response;
      import java.io.IOException;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.Set;

      public final class Hold implements BlockingHandler {
        public Hold() throws IOException, InterruptedException {
          Path hold = Path.of("@FOLDER@/hold");
          if (Files.exists(hold) && !isFirst()) {
            while (Files.exists(hold)) {
              Thread.sleep(5);
            }
          }
        }

        private static boolean isFirst() throws IOException {
          return Files.deleteIfExists(Path.of("@FOLDER@/let-one-pass"));
        }

        @Override public String name() { return "hold"; }
        @Override public String path() { return "/hold"; }
        @Override public Set<String> methods() { return Set.of("GET"); }
        @Override public Response handle(Request request) { return Response.text(200, ""); }
      }
      """;

  /// A handler that answers `/verdict` with one status, whatever is asked.
  private static final String VERDICT =
      """
      package example;

      import dev.percore.worker.api.BlockingHandler;
      import dev.percore.worker.api.Request;
      import dev.percore.worker.api.Response;
      import java.util.Set;

      public final class Verdict implements BlockingHandler {
        @Override public String name() { return "verdict"; }
        @Override public String path() { return "/verdict"; }
        @Override public Set<String> methods() { return Set.of("GET"); }
        @Override public Response handle(Request request) { return Response.text(@STATUS@, ""); }
      }
      """;

  /// A handler that makes its worker fail to start where a system property says so, but spares
  /// the first if a file is there.
  private static final String FRAGILE =
      """
      package example;

      import dev.percore.worker.api.BlockingHandler;
      import dev.percore.worker.api.Request;
      import dev.percore.worker.api.Response;
      import java.io.IOException;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.Set;

      public final class Fragile implements BlockingHandler {
        public Fragile() throws IOException {
          if (Boolean.getBoolean("fragile")
              && !Files.deleteIfExists(Path.of("@FOLDER@/let-one-pass"))) {
            throw new IllegalStateException("as told");
          }
        }

        @Override public String name() { return "fragile"; }
        @Override public String path() { return "/fragile"; }
        @Override public Set<String> methods() { return Set.of("GET"); }
        @Override public Response handle(Request request) { return Response.text(200, ""); }
      }
      """;

  /// A handler that answers `/allocated` with what each thread has allocated so far, in bytes.
  private static final String ALLOCATED =
      """
      package example;

      import com.sun.management.ThreadMXBean;
      import dev.percore.worker.api.BlockingHandler;
      import dev.percore.worker.api.Request;
      import dev.percore.worker.api.Response;
      import java.lang.management.ManagementFactory;
      import java.lang.management.ThreadInfo;
      import java.util.Set;

      public final class Allocated implements BlockingHandler {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        @Override public String name() { return "allocated"; }
        @Override public String path() { return "/allocated"; }
        @Override public Set<String> methods() { return Set.of("GET"); }

        @Override public Response handle(Request request) {
          StringBuilder all = new StringBuilder();
          for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null) {
              long bytes = threads.getThreadAllocatedBytes(thread.getThreadId());
              all.append(thread.getThreadName()).append('=').append(bytes).append('\\n');
            }
          }
          return Response.text(200, all.toString());
        }
      }
      """;

  /// A function that heeds nothing and does not end.
  private static final String STUBBORN =
      """
      package example;

      import dev.percore.worker.api.Arguments;
      import dev.percore.worker.api.ComputeContext;
      import dev.percore.worker.api.ComputeFunction;
      import dev.percore.worker.api.ComputeResult;
      import dev.percore.worker.api.FunctionSpec;
      import java.util.List;
      import java.util.Map;

      public final class Stubborn implements ComputeFunction {
        private long turns;

        @Override public FunctionSpec spec() {
          return new FunctionSpec(
              "stubborn", "Never ends.", List.of(), Map.of(), arguments -> 1, 1, "turns");
        }

        @Override public ComputeResult apply(Arguments arguments, ComputeContext context) {
          while (turns >= 0) {
            turn();
          }
          return ComputeResult.json(turns);
        }

        private void turn() {
          turns = (turns + 1) & Long.MAX_VALUE;
        }
      }
      """;

  /// A function that notes each of its runs in the file `runs` and ends when there is a file `go`.
  private static final String SLOW =
      """
      package example;

      import dev.percore.worker.api.Arguments;
      import dev.percore.worker.api.ComputeContext;
      import dev.percore.worker.api.ComputeFunction;
      import dev.percore.worker.api.ComputeResult;
      import dev.percore.worker.api.FunctionSpec;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.nio.file.StandardOpenOption;
      import java.util.List;
      import java.util.Map;

      public final class Slow implements ComputeFunction {
        @Override public FunctionSpec spec() {
          return new FunctionSpec("slow", "Waits.", List.of(), Map.of(), arguments -> 1, 1, "turns");
        }

        @Override public boolean isIdempotent() { return @IDEMPOTENT@; }

        @Override public ComputeResult apply(Arguments arguments, ComputeContext context)
            throws Exception {
          Files.writeString(
              Path.of("@FOLDER@/runs"),
              ProcessHandle.current().pid() + "\\n",
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND);
          while (!Files.exists(Path.of("@FOLDER@/go"))) {
            context.checkCancelled();
            Thread.sleep(5);
          }
          return ComputeResult.json("done");
        }
      }
      """;

  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, String> services = new LinkedHashMap<>();

  /// Puts the gate into the folder of plugins of a server's folder.
  static void writeGate(Path serverFolder) throws IOException {
    new PluginJar()
        .source("example.Gate", GATE)
        .service("dev.percore.worker.api.BlockingHandler", "example.Gate")
        .writeTo(serverFolder.resolve("plugins/gate.jar"));
  }

  /// Puts the hog there.
  static void writeHog(Path serverFolder) throws IOException {
    new PluginJar()
        .source("example.Hog", HOG)
        .service("dev.percore.worker.api.BlockingHandler", "example.Hog")
        .writeTo(serverFolder.resolve("plugins/hog.jar"));
  }

  /// Puts a handler there that holds up the start of workers while the file `hold` is in the
  /// server's folder; the file `let-one-pass` lets one of them pass.
  static void writeHold(Path serverFolder) throws IOException {
    handler(serverFolder, "Hold", HOLD.replace("@FOLDER@", serverFolder.toString()));
  }

  /// Puts a handler there that fails in workers with the option `-Dfragile=true`; the file
  /// `let-one-pass` spares one of them.
  static void writeFragile(Path serverFolder) throws IOException {
    handler(serverFolder, "Fragile", FRAGILE.replace("@FOLDER@", serverFolder.toString()));
  }

  /// Puts a handler there, or replaces it, that answers `/verdict` with that status.
  static void writeVerdict(Path serverFolder, int status) throws IOException {
    handler(serverFolder, "Verdict", VERDICT.replace("@STATUS@", Integer.toString(status)));
  }

  /// Puts a handler there that answers `/allocated` with a line for each thread: its name, `=`, and
  /// the bytes that it has allocated on the heap since it began.
  static void writeAllocated(Path serverFolder) throws IOException {
    handler(serverFolder, "Allocated", ALLOCATED);
  }

  /// Puts the function `/calc/stubborn` there, which never ends.
  static void writeStubborn(Path serverFolder) throws IOException {
    new PluginJar()
        .source("example.Stubborn", STUBBORN)
        .service("dev.percore.worker.api.ComputeFunction", "example.Stubborn")
        .writeTo(serverFolder.resolve("plugins/stubborn.jar"));
  }

  /// Puts the function `/calc/slow` there, which appends a line to the file `runs` of the server's
  /// folder when it begins, and ends when the file `go` is there.
  static void writeSlow(Path serverFolder, boolean isIdempotent) throws IOException {
    new PluginJar()
        .source(
            "example.Slow",
            SLOW.replace("@FOLDER@", serverFolder.toString())
                .replace("@IDEMPOTENT@", Boolean.toString(isIdempotent)))
        .service("dev.percore.worker.api.ComputeFunction", "example.Slow")
        .writeTo(serverFolder.resolve("plugins/slow.jar"));
  }

  private static void handler(Path serverFolder, String name, String source) throws IOException {
    new PluginJar()
        .source("example." + name, source)
        .service("dev.percore.worker.api.BlockingHandler", "example." + name)
        .writeTo(serverFolder.resolve("plugins/" + name + ".jar"));
  }

  PluginJar source(String className, String source) {
    sources.put(className, source);
    return this;
  }

  PluginJar service(String service, String provider) {
    services.put("META-INF/services/" + service, provider + "\n");
    return this;
  }

  /// Writes the jar; one that is there is replaced at once, for those who have it open.
  void writeTo(Path jar) throws IOException {
    Files.createDirectories(jar.getParent());
    Path classes = Files.createTempDirectory(jar.getParent(), "classes");
    if (!sources.isEmpty()) {
      compile(classes);
    }
    Path made = classes.resolveSibling(classes.getFileName() + ".made");
    try (OutputStream file = Files.newOutputStream(made);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> compiled = Files.walk(classes).filter(Files::isRegularFile)) {
      for (Path path : compiled.toList()) {
        add(out, classes.relativize(path).toString(), Files.readAllBytes(path));
      }
      for (Map.Entry<String, String> service : services.entrySet()) {
        add(out, service.getKey(), service.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    Files.move(made, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void compile(Path target) throws IOException {
    List<JavaFileObject> units =
        sources.entrySet().stream()
            .<JavaFileObject>map(entry -> new Source(entry.getKey(), entry.getValue()))
            .toList();
    StringWriter messages = new StringWriter();
    List<String> options = List.of("-proc:none", "-d", target.toString(), "-cp", libraries());
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .getTask(messages, null, null, options, null, units)
                .call())
        .as(messages.toString())
        .isTrue();
  }

  private static String libraries() throws IOException {
    try (Stream<Path> jars = Files.list(Distribution.home().resolve("lib"))) {
      return jars.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
  }

  private static void add(JarOutputStream out, String name, byte[] content) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(content);
    out.closeEntry();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String content;

    Source(String className, String content) {
      super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.content = content;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return content;
    }
  }
}
