package dev.percore.master.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretsTest {
  private static final String PUBLISHED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  // The values are those of the reference libraries of Standard Webhooks.
  @Test
  void signsLikeTheReference() throws Exception {
    Secrets secrets = Secrets.read(file(PUBLISHED + "\n"));
    assertThat(secrets.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void signsWithEachSecretSoThatTheyCanBeRotated() throws Exception {
    Secrets secrets = Secrets.read(file("# new\r\n" + OTHER + "\r\n\n # old\n" + PUBLISHED));
    assertThat(secrets.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY).split(" "))
        .hasSize(2)
        .contains("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void tellsWhichLineIsNoneAndDoesNotShowIt() throws Exception {
    for (String line :
        new String[] {"geheim", "whsec_geheim", "whsec_gehe im!", "whsec_Z2VoZWlt"}) {
      Path file = file(PUBLISHED + "\n" + line);
      assertThatThrownBy(() -> Secrets.read(file))
          .hasMessageContaining("secrets:2 is no secret")
          .hasMessageNotContaining("geh")
          .hasMessageNotContaining("Z2V");
    }
  }

  @Test
  void wantsOneAtLeastAndTenAtMost() throws Exception {
    Path none = file("# nothing\n");
    assertThatThrownBy(() -> Secrets.read(none)).hasMessageContaining("0 secrets");
    Path many = file((PUBLISHED + "\n").repeat(11));
    assertThatThrownBy(() -> Secrets.read(many)).hasMessageContaining("11 secrets");
    Path tooLong = file("#".repeat(65_537));
    assertThatThrownBy(() -> Secrets.read(tooLong)).hasMessageContaining("longer");
  }

  private Path file(String content) throws Exception {
    return Files.writeString(folder.resolve("secrets"), content);
  }
}
