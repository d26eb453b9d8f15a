package dev.percore.worker.http.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// Bodies that are read apart from their requests.
class BodyAsideTest {
  private static final String CHUNKED =
      "POST /first HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

  private final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
  private final RequestParser parser =
      new RequestParser(
          new ParserShare(Parsing.LIMITS, budget, request -> request.method().equals("POST")),
          Parsing.PEER);
  private final Input in = new Input(new Input.Pool(budget));
  private final Random random = new Random();
  private final Sink sink = new Sink();

  @RepeatedTest(200)
  void isTheSameHoweverItArrivesAndWhateverRoomThereIs() throws Exception {
    // Longer than bodies may be that are held whole.
    String body = "0123456789".repeat(1 + random.nextInt(300));
    String request = random.nextBoolean() ? chunked(body) : fixed(body);
    String octets = request + NEXT;
    List<String> paths = new ArrayList<>();
    for (int sent = 0; sent < octets.length(); ) {
      int next = Math.min(octets.length(), sent + 1 + random.nextInt(200));
      in.append(Unpooled.wrappedBuffer(Parsing.bytes(octets.substring(sent, next))));
      sent = next;
      readOn(paths);
    }
    while (!in.isEmpty()) {
      readOn(paths);
    }
    assertThat(paths).containsExactly("/first", "/next");
    assertThat(sink.taken.toString(StandardCharsets.US_ASCII)).isEqualTo(body);
  }

  private void readOn(List<String> paths) throws RequestRejectedException {
    sink.room = random.nextInt(3);
    if (parser.isBodyAside() && !parser.readBody(in, sink)) {
      return;
    }
    ParsedRequest request = parser.parse(in);
    if (request != null) {
      paths.add(request.path());
      assertThat(request.body()).isEmpty();
    }
  }

  @Test
  void aBodyThatIsNotValidIsFoundOut() throws Exception {
    String request = CHUNKED + "3\r\nabcd\r\n";
    in.append(Unpooled.wrappedBuffer(Parsing.bytes(request)));
    assertThat(parser.parse(in)).isNotNull();
    sink.room = 10;
    assertThatThrownBy(() -> parser.readBody(in, sink))
        .isInstanceOf(RequestRejectedException.class);
    assertThat(sink.taken.toString(StandardCharsets.US_ASCII)).isEqualTo("abc");
  }

  @Test
  void holdsNothingOfIt() throws Exception {
    String head = "POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000000\r\n\r\n";
    in.append(Unpooled.wrappedBuffer(Parsing.bytes(head)));
    ParsedRequest request = parser.parse(in);
    in.releaseIfEmpty();
    assertThat(request).isNotNull();
    assertThat(budget.heldBytes()).isEqualTo(request.heldBytes()).isEqualTo(head.length());
    parser.discard();
    assertThat(budget.heldBytes()).isEqualTo(head.length());
  }

  private static String fixed(String body) {
    return "POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private String chunked(String body) {
    StringBuilder request = new StringBuilder(CHUNKED);
    for (int sent = 0; sent < body.length(); ) {
      int next = Math.min(body.length(), sent + 1 + random.nextInt(500));
      request.append("%x\r\n%s\r\n".formatted(next - sent, body.substring(sent, next)));
      sent = next;
    }
    return request.append("0\r\nTrailer: a\r\n\r\n").toString();
  }

  private static final class Sink implements BodySink {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private int room;

    @Override
    public boolean hasRoom() {
      return room > 0;
    }

    @Override
    public void append(byte[] source, int from, int length) {
      room--;
      taken.write(source, from, length);
    }
  }
}
