package dev.percore.master.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.config.ServerConfig;
import dev.percore.master.webhook.TestWebhooks;
import dev.percore.protocol.ControlMessage.JobAction;
import dev.percore.protocol.ControlMessage.JobAnswer;
import dev.percore.protocol.ControlMessage.JobAsk;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class JobDeskTest {
  private final JobBook book =
      new JobBook(
          new MemoryStore(),
          new Nobody(),
          Runnable::run,
          new JobSettings(
              new ServerConfig.Jobs(
                  Path.of("jobs"), 10, 3, Duration.ofMinutes(1), 1 << 20, 500_000),
              TestWebhooks.ofHosts("a.example")),
          new FakeReceiver(),
          JobFigures.NONE,
          () -> Instant.ofEpochMilli(this.millis),
          () -> this.millis * 1_000_000,
          1 << 20);
  private final JobDesk desk = new JobDesk(book, new EmbeddedChannel().eventLoop());
  private long millis = 1_000_000;

  @BeforeEach
  void open() {
    var _ = book.open();
  }

  @Test
  void listsByPagesAlthoughJobsAreForgottenMeanwhile() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.addFirst(submit());
    }
    JsonNode first = ask(JobAction.LIST, Map.of("limit", "2"), 200);
    assertThat(ids(first)).isEqualTo(all.subList(0, 2));

    forget(all.get(1));
    JsonNode second = ask(JobAction.LIST, query(first), 200);
    assertThat(ids(second)).isEqualTo(all.subList(2, 4));
    JsonNode last = ask(JobAction.LIST, query(second), 200);
    assertThat(ids(last)).isEqualTo(all.subList(4, 6));
    assertThat(last.has("next")).isFalse();
  }

  private void forget(String id) {
    ask(JobAction.CANCEL, Map.of("id", id), 200);
    millis += 61_000;
    book.tick();
    ask(JobAction.SHOW, Map.of("id", id), 404);
  }

  private String submit() {
    return ask(JobAction.SUBMIT, Map.of("function", "f"), 202).get("id").asString();
  }

  private static List<String> ids(JsonNode list) {
    return list.get("jobs").valueStream().map(job -> job.get("id").asString()).toList();
  }

  private static Map<String, String> query(JsonNode list) {
    Map<String, String> query = new HashMap<>();
    for (String pair : URI.create(list.get("next").asString()).getQuery().split("&")) {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], parts[1]);
    }
    return query;
  }

  private JsonNode ask(JobAction action, Map<String, String> parameters, int status) {
    List<JobAnswer> answers = new ArrayList<>();
    desk.asked(new JobAsk(1, action, parameters, new byte[0]), answers::add);
    assertThat(answers).hasSize(1);
    assertThat(answers.getFirst().status()).isEqualTo(status);
    return JsonMapper.builder().build().readTree(answers.getFirst().body());
  }

  private static final class Nobody implements Crew {
    @Override
    public List<Member> ready() {
      return List.of();
    }

    @Override
    public Optional<Member> find(long pid) {
      return Optional.empty();
    }
  }
}
