package dev.percore.worker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {
  private final Response response = Response.empty(204);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length",
        "date",
        "SERVER",
        "Connection",
        "keep-alive",
        "Transfer-Encoding"
      })
  void refusesTheHeadersOfTheServer(String name) {
    assertThatThrownBy(() -> response.with(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the header " + name + " is set by the server alone");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a:", "\u00e4", "\u0141", "a\r\n"})
  void refusesWhatIsNoHeaderName(String name) {
    assertThatThrownBy(() -> response.with(name, "x")).hasMessageContaining("not a header name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r", "a\nb", "\0", "\u007f", "\u0141"})
  void refusesValuesThatCannotBeSent(String value) {
    assertThatThrownBy(() -> response.with("X", value)).hasMessageContaining("forbidden character");
  }

  @Test
  void takesOtherHeaders() {
    assertThat(response.with("X-a!1", "\t \u00e4").headers())
        .containsExactly(new Response.Header("X-a!1", "\t \u00e4"));
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "0, -1"})
  void refusesAPartOfAFileThatCannotBe(long position, long length, @TempDir Path folder)
      throws IOException {
    try (FileChannel channel = FileChannel.open(Files.createFile(folder.resolve("file")))) {
      assertThatThrownBy(() -> new Body.File(channel, position, length))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
