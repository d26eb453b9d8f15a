package dev.percore.worker.plugins;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.BlockingHandler;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.Response;
import dev.percore.worker.io.FakeRequest;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginsTest {
  @TempDir private Path temp;
  private Path folder;

  // The class path of these tests holds what ships; a parent without it keeps them apart.
  private final ClassLoader noBuiltIns =
      new ClassLoader("no-built-ins", getClass().getClassLoader()) {
        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
          return name.startsWith("META-INF/services/dev.percore.")
              ? Collections.emptyEnumeration()
              : super.getResources(name);
        }
      };

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temp.resolve("plug ins"));
  }

  @Test
  void loadsAFunctionAndAHandlerFromAJar() throws Exception {
    new PluginJar()
        .source("Twice", function("Twice", "twice"))
        .source("Hello", handler("Hello", "hello", "/hello"))
        .service(ComputeFunction.class, "example.Twice # doubles")
        .service(BlockingHandler.class, "# comment", "example.Hello")
        .writeTo(folder.resolve("demo.jar"));
    try (Plugins plugins = load()) {
      ComputeFunction twice = plugins.functions().getFirst();
      assertThat(twice.spec().name()).isEqualTo("twice");
      assertThat(twice.apply(new Arguments(Map.of("n", 21L)), ComputeContext.UNDISTURBED))
          .isEqualTo(ComputeResult.json(42L));
      BlockingHandler hello = plugins.handlers().getFirst();
      assertThat(hello.path()).isEqualTo("/hello");
      assertThat(text(hello.handle(FakeRequest.get("/hello")))).isEqualTo("hello from /hello");
    }
  }

  @Test
  void asksAFunctionForItsSpecificationOnce() throws Exception {
    String counting =
        function("Twice", "twice")
            .replace(
                "public FunctionSpec spec() {",
                "int calls;\n public FunctionSpec spec() {\n"
                    + " if (calls++ > 0) throw new IllegalStateException();");
    new PluginJar()
        .source("Twice", counting)
        .service(ComputeFunction.class, "example.Twice")
        .writeTo(folder.resolve("demo.jar"));
    try (Plugins plugins = load()) {
      ComputeFunction twice = plugins.functions().getFirst();
      assertThat(twice.spec()).isSameAs(twice.spec());
    }
  }

  @Test
  void loadsTheJarsInTheOrderOfTheirNames() throws Exception {
    for (String name : List.of("c", "a", "b")) {
      writeFunction("Of" + name, name, name + ".jar");
    }
    try (Plugins plugins = load()) {
      assertThat(plugins.functions())
          .extracting(f -> f.spec().name())
          .containsExactly("a", "b", "c");
    }
  }

  @Test
  void letsOneJarUseTheClassesOfAnother() throws Exception {
    new PluginJar()
        .source("Words", "package example; public class Words { }")
        .text("words.txt", "from the library")
        .writeTo(folder.resolve("zlib.jar"));
    String handler =
        handler("Hello", "hello", "/hello")
            .replace("\"hello from \" + request.path()", "read(Class.forName(\"example.Words\"))")
            .replace(
                "public void close() {}",
                """
                static String read(Class<?> words) throws Exception {
                  try (var in = words.getResourceAsStream("/words.txt")) {
                    return new String(in.readAllBytes());
                  }
                }
                """);
    new PluginJar()
        .source("Hello", handler)
        .service(BlockingHandler.class, "example.Hello")
        .writeTo(folder.resolve("app.jar"));
    try (Plugins plugins = load()) {
      Response response = plugins.handlers().getFirst().handle(FakeRequest.get("/hello"));
      assertThat(text(response)).isEqualTo("from the library");
    }
  }

  @Test
  void listsTheBuiltInOnesOnceAndFirst() throws Exception {
    Path server = temp.resolve("server.jar");
    new PluginJar()
        .source("Ships", function("Ships", "ships"))
        .service(ComputeFunction.class, "example.Ships")
        .writeTo(server);
    writeFunction("Added", "added", "added.jar");
    try (URLClassLoader builtIn =
            new URLClassLoader(new URL[] {server.toUri().toURL()}, noBuiltIns);
        Plugins plugins = Plugins.load(folder, builtIn, builtIn)) {
      assertThat(plugins.functions())
          .extracting(f -> f.spec().name())
          .containsExactly("ships", "added");
    }
  }

  @Test
  void refusesAPluginWhoseClassTheServerHasItself() throws Exception {
    Path server = temp.resolve("server.jar");
    new PluginJar().source("Same", function("Same", "same")).writeTo(server);
    writeFunction("Same", "same", "copy.jar");
    try (URLClassLoader builtIn =
        new URLClassLoader(new URL[] {server.toUri().toURL()}, noBuiltIns)) {
      assertThatThrownBy(() -> Plugins.load(folder, builtIn, builtIn).close())
          .isInstanceOf(PluginException.class)
          .hasMessageContainingAll("copy.jar", "example.Same", "server.jar");
    }
  }

  @Test
  void hasNoneWithoutAFolder() throws Exception {
    Files.delete(folder);
    try (Plugins plugins = load()) {
      assertThat(plugins.functions()).isEmpty();
      assertThat(plugins.handlers()).isEmpty();
    }
  }

  @Test
  void loadsFromTheServersOwnClassPath() throws Exception {
    try (Plugins plugins = Plugins.load(folder)) {
      assertThat(plugins.functions()).doesNotContainNull();
    }
  }

  @Test
  void refusesWhatIsNoJar() throws Exception {
    Files.writeString(folder.resolve("broken.jar"), "this is no jar");
    assertRefused("broken.jar", "not a readable jar");
  }

  @Test
  void refusesAProviderThatIsNotThere() throws Exception {
    new PluginJar()
        .service(ComputeFunction.class, "example.Missing")
        .writeTo(folder.resolve("demo.jar"));
    assertRefused("demo.jar", "example.Missing", "not found");
  }

  @Test
  void refusesAProviderOfAnotherType() throws Exception {
    new PluginJar()
        .source("Words", "package example; public class Words { }")
        .service(BlockingHandler.class, "example.Words")
        .writeTo(folder.resolve("demo.jar"));
    assertRefused("demo.jar", "example.Words", "not a subtype");
  }

  @Test
  void refusesAProviderThatCannotBeMade() throws Exception {
    String failing =
        handler("Fails", "fails", "/fails")
            .replace(
                "public void close() {}",
                "public Fails() { throw new IllegalStateException(\"no database\"); }");
    new PluginJar()
        .source("Fails", failing)
        .service(BlockingHandler.class, "example.Fails")
        .writeTo(folder.resolve("demo.jar"));
    assertRefused("demo.jar", "example.Fails", "no database");
  }

  @Test
  void refusesAClassOfANewerJava() throws Exception {
    new PluginJar()
        .service(ComputeFunction.class, "example.Newer")
        .text("example/Newer.class", "\u0000\u0000 is no class file")
        .writeTo(folder.resolve("demo.jar"));
    assertRefused("demo.jar", "example/Newer", "ClassFormatError");
  }

  @Test
  void refusesASpecificationThatFails() throws Exception {
    new PluginJar()
        .source("Bad", function("Bad", "Not A Name"))
        .service(ComputeFunction.class, "example.Bad")
        .writeTo(folder.resolve("demo.jar"));
    assertRefused("demo.jar", "example.Bad", "not a function name: 'Not A Name'");
  }

  @Test
  void refusesAFunctionNameThatIsTaken() throws Exception {
    writeFunction("First", "same", "a.jar");
    writeFunction("Second", "same", "b.jar");
    assertRefused("b.jar", "example.Second", "function 'same'", "example.First of plugin a.jar");
  }

  @Test
  void refusesAHandlerWhosePathOrNameIsTaken() throws Exception {
    writeHandler("First", "first", "/same", "a.jar");
    writeHandler("Second", "second", "/same", "b.jar");
    assertRefused("b.jar", "example.Second", "path '/same'", "example.First of plugin a.jar");
    writeHandler("Second", "first", "/other", "b.jar");
    assertRefused(
        "b.jar", "example.Second", "handler name 'first'", "example.First of plugin a.jar");
  }

  @Test
  void refusesAHandlerThatCannotBeMounted() throws Exception {
    writeHandler("Hello", "hello", "hello", "a.jar");
    assertRefused("a.jar", "example.Hello", "path 'hello'");
    writeHandler("Hello", "no name", "/hello", "a.jar");
    assertRefused("a.jar", "example.Hello", "name 'no name'");
    writeHandler("Hello", "static", "/hello", "a.jar");
    assertRefused("a.jar", "example.Hello", "handler name 'static' is taken by the server's own");
    new PluginJar()
        .source("Hello", handler("Hello", "hello", "/hello").replace("\"GET\"", "\"get\""))
        .service(BlockingHandler.class, "example.Hello")
        .writeTo(folder.resolve("a.jar"));
    assertRefused("a.jar", "example.Hello", "methods [get]");
  }

  @Test
  void closesHandlersEvenWhenOneFailsToClose() throws Exception {
    Path mark = temp.resolve("closed");
    String marking = "java.nio.file.Files.createFile(java.nio.file.Path.of(\"" + mark + "\"));";
    writeClosing("First", "/first", "throw new IllegalStateException(\"stuck\");");
    writeClosing(
        "Second",
        "/second",
        "try {" + marking + "} catch (java.io.IOException e) { throw new RuntimeException(e); }");
    load().close();
    assertThat(mark).exists();
  }

  @Test
  void closesTheHandlersItHasWhenALaterPluginIsBroken() throws Exception {
    Path mark = temp.resolve("closed");
    String marking = "java.nio.file.Files.createFile(java.nio.file.Path.of(\"" + mark + "\"));";
    writeClosing(
        "First",
        "/first",
        "try {" + marking + "} catch (java.io.IOException e) { throw new RuntimeException(e); }");
    writeFunction("Bad", "Not A Name", "z.jar");
    assertRefused("z.jar");
    assertThat(mark).exists();
  }

  private Plugins load() throws PluginException {
    return Plugins.load(folder, noBuiltIns, noBuiltIns);
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> load().close())
        .isInstanceOf(PluginException.class)
        .hasMessageContainingAll(parts);
  }

  private void writeFunction(String className, String name, String jar) throws IOException {
    new PluginJar()
        .source(className, function(className, name))
        .service(ComputeFunction.class, "example." + className)
        .writeTo(folder.resolve(jar));
  }

  private void writeHandler(String className, String name, String path, String jar)
      throws IOException {
    new PluginJar()
        .source(className, handler(className, name, path))
        .service(BlockingHandler.class, "example." + className)
        .writeTo(folder.resolve(jar));
  }

  private void writeClosing(String className, String path, String close) throws IOException {
    String source =
        handler(className, className, path)
            .replace("public void close() {}", "public void close() { " + close + " }");
    new PluginJar()
        .source(className, source)
        .service(BlockingHandler.class, "example." + className)
        .writeTo(folder.resolve(className + ".jar"));
  }

  private static String text(Response response) {
    return new String(((Body.Bytes) response.body()).bytes(), UTF_8);
  }

  private static String function(String className, String name) {
    return
"""
    package example;

    import dev.percore.worker.api.*;
    import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
    import java.util.Map;

    public final class CLASS implements ComputeFunction {
      public FunctionSpec spec() {
        return new FunctionSpec(
            "NAME",
            "Twice a number.",
            List.of(new Parameter.Whole("n", "a number", 0, 1000, null)),
            Map.of("n", 21L),
            arguments -> 1,
            1,
            "multiplications");
      }

      public ComputeResult apply(Arguments arguments, ComputeContext context) {
        return ComputeResult.json(2 * arguments.whole("n"));
      }
    }
"""
        .replace("CLASS", className)
        .replace("NAME", name);
  }

  private static String handler(String className, String name, String path) {
    return """
    package example;

    import dev.percore.worker.api.*;
    import java.util.Set;

    public final class CLASS implements BlockingHandler {
      public String name() {
        return "NAME";
      }

      public String path() {
        return "PATH";
      }

      public Set<String> methods() {
        return Set.of("GET");
      }

      public Response handle(Request request) throws Exception {
        return Response.text(200, "hello from " + request.path());
      }

      public void close() {}
    }
    """
        .replace("CLASS", className)
        .replace("NAME", name)
        .replace("PATH", path);
  }
}
