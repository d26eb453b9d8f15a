package dev.percore.worker.http.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.encode.ResponseEncoder.Persistence;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whatever was encoded before, a head is that of a new encoder.
class ResponseEncoderTest {
  private static final List<Response> RESPONSES =
      List.of(
          Response.text(200, "a"),
          Response.text(200, "b".repeat(100_000)),
          Response.empty(204).with("X", "y"),
          Response.text(404, "c").with("X", "z"));

  private final ResponseEncoder encoder = new ResponseEncoder();

  @Test
  void anAnswerAgainAfterItself() {
    for (Response response : RESPONSES) {
      for (Persistence persistence : Persistence.values()) {
        encoder.setTime(1_000);
        assertSame(response, persistence, 1_000);
        assertSame(response, persistence, 1_000);
        encoder.setTime(2_000);
        assertSame(response, persistence, 2_000);
      }
    }
  }

  @Test
  void anAnswerAgainAfterAnother() {
    encoder.setTime(1_000);
    for (Response first : RESPONSES) {
      for (Response second : RESPONSES) {
        assertSame(first, Persistence.IMPLIED, 1_000);
        assertSame(second, Persistence.IMPLIED, 1_000);
        encoder.encodeStreamHead(second, Persistence.IMPLIED, true, Unpooled.buffer());
        assertSame(second, Persistence.IMPLIED, 1_000);
      }
    }
  }

  private void assertSame(Response response, Persistence persistence, long epochMillis) {
    var fresh = new ResponseEncoder();
    fresh.setTime(epochMillis);
    assertThat(head(encoder, response, persistence)).isEqualTo(head(fresh, response, persistence));
  }

  private static String head(ResponseEncoder by, Response response, Persistence persistence) {
    ByteBuf out = Unpooled.buffer();
    by.encodeHead(response, persistence, out);
    return out.toString(StandardCharsets.US_ASCII);
  }
}
