package dev.percore.worker.plugins;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Makes the jar of a plugin as a user would: sources, the compiler, service files.
final class PluginJar {
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();

  /// @param source of a class in the package `example`
  PluginJar source(String className, String source) {
    sources.put("example." + className, source);
    return this;
  }

  PluginJar service(Class<?> service, String... providers) {
    texts.put("META-INF/services/" + service.getName(), String.join("\n", providers));
    return this;
  }

  PluginJar text(String name, String content) {
    texts.put(name, content);
    return this;
  }

  void writeTo(Path jar) throws IOException {
    Path classes = Files.createTempDirectory(jar.getParent(), "classes");
    if (!sources.isEmpty()) {
      compile(classes);
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> compiled = Files.walk(classes).filter(Files::isRegularFile)) {
      for (Path path : compiled.toList()) {
        add(out, classes.relativize(path).toString(), Files.readAllBytes(path));
      }
      for (Map.Entry<String, String> text : texts.entrySet()) {
        add(out, text.getKey(), text.getValue().getBytes(UTF_8));
      }
    }
  }

  private void compile(Path target) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> units =
        sources.entrySet().stream()
            .<JavaFileObject>map(entry -> new Source(entry.getKey(), entry.getValue()))
            .toList();
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none", "-d", target.toString(), "-cp", System.getProperty("java.class.path"));
    assertThat(compiler.getTask(messages, null, null, options, null, units).call())
        .as(messages.toString())
        .isTrue();
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
