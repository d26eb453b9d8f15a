package dev.percore.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectiveConfigPrinterTest {

  @TempDir private Path home = Path.of("/");

  @Test
  void printsEveryValueWithItsOrigin() throws Exception {
    LoadedConfig loaded =
        new TestSources(home)
            .load(
                "\nrun_dir: 'my run'\nworker: {jvm_options: [-Xss1m, '-Da=b \"c\"']}\n",
                Map.of("PERCORE_LISTEN_ADDRESS", "::"),
                "limits.body=2048k",
                "workers=2");

    assertThat(EffectiveConfigPrinter.print(loaded.settings()).lines())
        .hasSize(Settings.all().size() + 2 * Section.all().size())
        .startsWith(
            "workers: 2  # --set",
            "run_dir: \"" + home + "/my run\"  # conf/percore.yaml:2: \"my run\"",
            "plugins_dir: " + home + "/plugins  # default: plugins",
            "user: \"\"  # default",
            "umask: \"027\"  # default",
            "trusted_proxies: []  # default",
            "forwarded_field: x-forwarded-for  # default",
            "",
            "listen:",
            "  address: \"::\"  # PERCORE_LISTEN_ADDRESS",
            "  port: 8080  # default")
        .contains(
            "  jvm_options: [\"-Xss1m\", \"-Da=b \\\"c\\\"\"]  # conf/percore.yaml:3",
            "  body: 2m  # --set: 2048k",
            "  file: \"\"  # default",
            "  pin: true  # default");
  }
}
