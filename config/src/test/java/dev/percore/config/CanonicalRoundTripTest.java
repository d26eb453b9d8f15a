package dev.percore.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.value.AutoNumber;
import dev.percore.config.value.Choice;
import dev.percore.config.value.Flag;
import dev.percore.config.value.IpAddress;
import dev.percore.config.value.OptionalPath;
import dev.percore.config.value.RequiredPath;
import dev.percore.config.value.SizeValue;
import dev.percore.config.value.Text;
import dev.percore.config.value.TextList;
import dev.percore.config.value.TimeSpan;
import dev.percore.config.value.ValueType;
import dev.percore.config.value.WholeNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class CanonicalRoundTripTest {

  /// Settings that must agree with others; they are covered by their own tests.
  private static final Set<String> BOUND =
      Set.of(
          "listen.port",
          "listen.tcp",
          "listen.extra",
          "listen.proxy_protocol",
          "admin.port",
          "limits.body",
          "jobs.size",
          "jobs.result_size",
          "static.cache",
          "worker.heap",
          "supervision.backoff_initial",
          "supervision.backoff_max",
          "supervision.heartbeat_interval",
          "supervision.heartbeat_timeout",
          "webhooks.hosts",
          "webhooks.secret_file",
          "webhooks.backoff_initial",
          "webhooks.backoff_max");

  private static Path folder = Path.of("/");

  @BeforeContainer
  static void createFolder() throws IOException {
    folder = Files.createTempDirectory("percore-config");
    Files.createFile(folder.resolve("empty.yaml"));
  }

  @AfterContainer
  static void deleteFolder() throws IOException {
    Files.delete(folder.resolve("empty.yaml"));
    Files.deleteIfExists(folder.resolve("printed.yaml"));
    Files.delete(folder);
  }

  private static ConfigSources sources(String file, List<String> overrides) {
    return new ConfigSources(folder.resolve(file), Map.of(), overrides, folder);
  }

  @Property(tries = 300)
  void anotherProcessGetsTheSameConfiguration(@ForAll("overrides") List<String> overrides)
      throws ConfigException {
    LoadedConfig loaded = ConfigLoader.load(sources("empty.yaml", overrides));

    assertThat(ConfigLoader.fromCanonical(loaded.canonical())).isEqualTo(loaded.config());
  }

  @Property(tries = 300)
  void whatIsPrintedLoadsAsTheSameConfiguration(@ForAll("overrides") List<String> overrides)
      throws ConfigException, IOException {
    LoadedConfig loaded = ConfigLoader.load(sources("empty.yaml", overrides));
    Files.writeString(
        folder.resolve("printed.yaml"), EffectiveConfigPrinter.print(loaded.settings()));

    LoadedConfig again = ConfigLoader.load(sources("printed.yaml", List.of()));

    assertThat(again.canonical()).isEqualTo(loaded.canonical());
    assertThat(again.config()).isEqualTo(loaded.config());
  }

  /// Some settings, each with a value that is allowed.
  @Provide
  Arbitrary<List<String>> overrides() {
    List<Arbitrary<String>> each = new ArrayList<>();
    for (Setting<?> setting : Settings.all()) {
      if (!BOUND.contains(setting.key())) {
        each.add(
            texts(setting.type())
                .filter(text -> setting.canonical(text, folder) != null)
                .map(text -> setting.key() + "=" + text));
      }
    }
    return Arbitraries.oneOf(each).list().ofMaxSize(30);
  }

  private static Arbitrary<String> texts(ValueType<?> type) {
    return switch (type) {
      case WholeNumber number -> numbers(number.min(), number.max());
      case AutoNumber auto ->
          Arbitraries.oneOf(
              Arbitraries.just("auto"), numbers(auto.number().min(), auto.number().max()));
      case SizeValue size -> sizes(size);
      case TimeSpan span -> spans(span);
      case Flag _ -> Arbitraries.of("true", "false");
      case Choice<?> choice -> Arbitraries.of(choice.words());
      case Text _ ->
          Arbitraries.of(
              "0600",
              "/a/",
              "/a.b/c~/",
              "index.html",
              "null",
              "1",
              "a: b # c",
              "é'",
              "header:A",
              "7/m");
      case IpAddress _ -> Arbitraries.of("::", "::1", "10.0.0.255", "2001:db8::17");
      case RequiredPath _ -> paths();
      case OptionalPath path -> Arbitraries.oneOf(Arbitraries.of(path.none()), paths());
      case TextList list ->
          Arbitraries.oneOf(paths(), Arbitraries.of("10.0.0.0/8", "2001:DB8::17", "unix:"))
              .filter(item -> list.form().canonical(item, folder) != null)
              .list()
              .ofMaxSize(Math.min(list.countMax(), 100))
              .map(TextList::join);
    };
  }

  private static Arbitrary<String> numbers(long min, long max) {
    return Arbitraries.longs().between(min, max).map(String::valueOf);
  }

  private static Arbitrary<String> sizes(SizeValue size) {
    return Arbitraries.oneOf(
        numbers(size.minBytes(), size.maxBytes()),
        numbers(-(-size.minBytes() >> 10), size.maxBytes() >> 10).map(number -> number + "k"));
  }

  private static Arbitrary<String> spans(TimeSpan span) {
    long min = span.min().toMillis();
    long max = span.max().toMillis();
    return Arbitraries.oneOf(
        numbers(min, max).map(number -> number + "ms"),
        numbers((min + 999) / 1000, max / 1000).map(number -> number + "s"));
  }

  /// Texts of all kinds of characters, those that YAML minds among them.
  private static Arbitrary<String> paths() {
    Arbitrary<String> any =
        Arbitraries.strings()
            .withChars("abc/. \\\"'#:-[]{},&*!|>%@`~$é\u2028\u00a0\ufeff\u200b")
            .withCharRange('\u3040', '\u30ff')
            .ofMinLength(1)
            .ofMaxLength(20);
    return Arbitraries.oneOf(any, Arbitraries.of("null", "~", "-", "true", "\uD83D\uDE00", "- a"))
        .filter(text -> !text.isBlank());
  }
}
