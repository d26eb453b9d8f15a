package dev.percore.worker.plugins;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Arguments;
import dev.percore.worker.api.BlockingHandler;
import dev.percore.worker.api.Body;
import dev.percore.worker.api.ComputeContext;
import dev.percore.worker.api.ComputeFunction;
import dev.percore.worker.api.ComputeResult;
import dev.percore.worker.api.Response;
import dev.percore.worker.io.FakeRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `docs/handlers.md` shows is built and called as it stands there.
class HandlersGuideTest {
  private static final Pattern BLOCK =
      Pattern.compile("`src/([^`]+)`:\n\n```(?:java)?\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder;

  @Test
  void theExamplesOfTheGuideBuildAndAnswer() throws Exception {
    PluginJar jar = new PluginJar();
    Matcher blocks = BLOCK.matcher(Files.readString(Path.of("..", "docs", "handlers.md")));
    while (blocks.find()) {
      String name = blocks.group(1);
      if (name.endsWith(".java")) {
        jar.source(name.replaceAll("^example/|\\.java$", ""), blocks.group(2));
      } else {
        jar.text(name, blocks.group(2));
      }
    }
    jar.writeTo(folder.resolve("my-plugin.jar"));
    try (Plugins plugins = Plugins.load(folder)) {
      ComputeFunction collatz = function(plugins, "collatz");
      assertThat(collatz.spec().exampleUrl()).isEqualTo("/calc/collatz?n=1000000");
      assertThat(call(collatz, Map.of("n", 10L))).isEqualTo(Map.of("number", 9L, "steps", 19));
      assertThat(call(collatz, Map.of("n", 1_000_000L)))
          .isEqualTo(Map.of("number", 837_799L, "steps", 524));

      ComputeFunction wave = function(plugins, "wave");
      assertThat(wave.spec().exampleUrl()).isEqualTo("/calc/wave?hertz=1.0,3.0");
      assertThat(
              call(
                  wave,
                  Map.of(
                      "hertz",
                      List.of(1.0),
                      "samples",
                      4L,
                      "volume",
                      0.5,
                      "shape",
                      "square",
                      "title",
                      "steps")))
          .asString()
          .contains("title=steps", "[0.0, 0.5, 0.5, -0.5]");

      BlockingHandler resolve = plugins.handlers().getLast();
      Response found = resolve.handle(FakeRequest.get("/resolve").withQuery("host=localhost"));
      assertThat(new String(((Body.Bytes) found.body()).bytes(), UTF_8))
          .containsAnyOf("127.0.0.1\n", "::1\n");
      assertThat(resolve.handle(FakeRequest.get("/resolve")).status()).isEqualTo(400);
    }
  }

  private static ComputeFunction function(Plugins plugins, String name) {
    return plugins.functions().stream()
        .filter(function -> function.spec().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Object call(ComputeFunction function, Map<String, Object> arguments)
      throws Exception {
    ComputeResult result = function.apply(new Arguments(arguments), new NeverCancelled());
    return ((ComputeResult.Json) result).value();
  }

  private static final class NeverCancelled implements ComputeContext {
    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void checkCancelled() {}
  }
}
