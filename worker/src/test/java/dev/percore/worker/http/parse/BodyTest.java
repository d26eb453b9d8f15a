package dev.percore.worker.http.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest {

  @Test
  void readsABodyOfTheLengthAnnounced() {
    assertThat(body("Content-Length: 5\r\n\r\nhello")).isEqualTo("hello");
    assertThat(body("Content-Length: 0\r\n\r\n")).isEmpty();
    assertThat(body("Content-Length: 005\r\n\r\nhello")).isEqualTo("hello");
    assertThat(body("\r\n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "+1",
        "1 1",
        "0x1",
        "1.0",
        "1e1",
        "a",
        "5, 5",
        "5,5",
        "5;",
        "9223372036854775808",
        "99999999999999999999999",
        "\u00b2",
      })
  void refusesWhatIsNoLength(String length) {
    assertThat(Parsing.rejection(post("Content-Length: " + length + "\r\n\r\nhello")))
        .isEqualTo(400);
  }

  @Test
  void refusesTwoContentLengths() {
    assertThat(Parsing.rejection(post("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello")))
        .isEqualTo(400);
    assertThat(Parsing.rejection(post("Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello")))
        .isEqualTo(400);
  }

  @Test
  void refusesContentLengthWithTransferEncoding() {
    assertThat(
            Parsing.rejection(
                post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")))
        .isEqualTo(400);
    assertThat(
            Parsing.rejection(
                post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n")))
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "chunked, chunked",
        "chunked, gzip",
        "chunked,",
        ", chunked",
        "chunked;a=b",
        "\"chunked\"",
        "chun ked",
        "\u000bchunked",
      })
  void refusesInvalidTransferEncodings(String coding) {
    assertThat(Parsing.rejection(post("Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n")))
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "gzip, chunked", "identity", "xchunked", "chunkedx"})
  void doesNotImplementOtherTransferEncodings(String coding) {
    assertThat(Parsing.rejection(post("Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n")))
        .isEqualTo(501);
  }

  @Test
  void refusesTwoTransferEncodings() {
    assertThat(
            Parsing.rejection(
                post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")))
        .isEqualTo(400);
  }

  @Test
  void refusesTransferEncodingIn10() {
    assertThat(Parsing.rejection("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
        .isEqualTo(400);
  }

  @Test
  void refusesALargeBodyBeforeReadingIt() {
    int limit = Parsing.LIMITS.body();

    assertThat(Parsing.rejection(post("Content-Length: " + limit + "\r\n\r\n"))).isZero();
    assertThat(Parsing.rejection(post("Content-Length: " + (limit + 1) + "\r\n\r\n")))
        .isEqualTo(413);
    assertThat(Parsing.rejection(post("Content-Length: 999999999999999999\r\n\r\n")))
        .isEqualTo(413);
  }

  @Test
  void readsChunks() {
    assertThat(chunked("5\r\nhello\r\n006\r\n world\r\n0\r\n\r\n")).isEqualTo("hello world");
    assertThat(chunked("A\r\n0123456789\r\na\r\n0123456789\r\n00\r\n\r\n"))
        .isEqualTo("01234567890123456789");
    assertThat(chunked("0\r\n\r\n")).isEmpty();
    assertThat(body("Transfer-Encoding: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n")).isEqualTo("a");
  }

  @Test
  void dropsExtensionsAndTrailers() {
    assertThat(chunked("1;a;b=c;d=\"e\\\"\\r;f\";g\r\nx\r\n0;h=1\r\nX: y\r\n\r\n")).isEqualTo("x");
    ParsedRequest request =
        Parsing.request(
            post("Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\nContent-Length: 7\r\n\r\n"));
    assertThat(request.header("X")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "g\r\n",
        "-1\r\n",
        "+1\r\n",
        "0x1\r\nx\r\n",
        " 1\r\nx\r\n",
        "1 \r\nx\r\n",
        "1\t\r\nx\r\n",
        "1\nx\r\n",
        "1\rx\r\n",
        "1\r\nxx\r\n",
        "1\r\nx\n",
        "1\r\nx\rx",
        "1\r\nx0\r\n",
        "000000001\r\nx\r\n",
        "fffffffff\r\n",
        "1;\r\nx",
        "1;;a\r\n",
        "1; a\r\n",
        "1 ;a\r\n",
        "1;a \r\n",
        "1;a=\r\n",
        "1;a=b=c\r\n",
        "1;=b\r\n",
        "1;a=\"b\r\n",
        "1;a=\"\0\"\r\n",
        "1;a=\"\\\n\"\r\n",
        "1;a=\"b\"c\r\n",
        "1;a\nx",
        "1;a(\r\n",
        "0\r\n\n",
        "0\n\r\n",
        "0\r\nX : y\r\n\r\n",
        "0\r\n X: y\r\n\r\n",
        "0\r\nX: \0\r\n\r\n",
        "0\r\nhello\r\n\r\n",
      })
  void refusesMalformedChunks(String chunks) {
    assertThat(Parsing.rejection(post("Transfer-Encoding: chunked\r\n\r\n" + chunks)))
        .isEqualTo(400);
  }

  @Test
  void limitsAChunkedBodyAsItGrows() {
    String chunk = "1f4\r\n" + "a".repeat(500) + "\r\n";

    assertThat(chunked(chunk + chunk + "0\r\n\r\n")).hasSize(1000);
    assertThat(
            Parsing.rejection(post("Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + "1\r\n")))
        .isEqualTo(413);
    assertThat(Parsing.rejection(post("Transfer-Encoding: chunked\r\n\r\nffffffff\r\n")))
        .isEqualTo(413);
  }

  @Test
  void limitsExtensions() {
    String chunk = "1;" + "a".repeat(2000) + "\r\nx\r\n";

    assertThat(chunked(chunk + chunk + "0\r\n\r\n")).isEqualTo("xx");
    assertThat(
            Parsing.rejection(post("Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk)))
        .isEqualTo(413);
  }

  @Test
  void limitsTrailers() {
    String many = "a:\r\n".repeat(Parsing.LIMITS.headerCount() + 1);
    String large = "X: " + "a".repeat(Parsing.LIMITS.headers());

    assertThat(Parsing.rejection(post("Transfer-Encoding: chunked\r\n\r\n0\r\n" + many)))
        .isEqualTo(431);
    assertThat(Parsing.rejection(post("Transfer-Encoding: chunked\r\n\r\n0\r\n" + large)))
        .isEqualTo(431);
  }

  @Test
  void readsPipelinedRequestsOneByOne() {
    Parsing parsing =
        Parsing.of(
            post("Content-Length: 2\r\n\r\nab")
                + "GET /second HTTP/1.1\r\nHost: a\r\n\r\n"
                + post("Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n")
                + "GET /fourth HT");

    assertThat(parsing.requests())
        .extracting(ParsedRequest::path)
        .containsExactly("/", "/second", "/");
    assertThat(parsing.rest()).isEqualTo(RequestParser.Phase.HEAD);
  }

  @Test
  void tellsHowMuchHasArrived() {
    assertThat(Parsing.of("").rest()).isEqualTo(RequestParser.Phase.IDLE);
    assertThat(Parsing.of("\r\n").rest()).isEqualTo(RequestParser.Phase.IDLE);
    assertThat(Parsing.of("G").rest()).isEqualTo(RequestParser.Phase.HEAD);
    assertThat(Parsing.of(post("X")).rest()).isEqualTo(RequestParser.Phase.HEAD);
    assertThat(Parsing.of(post("Content-Length: 1\r\n\r\n")).rest())
        .isEqualTo(RequestParser.Phase.BODY);
    assertThat(Parsing.of(post("Transfer-Encoding: chunked\r\n\r\n0\r\nX:")).rest())
        .isEqualTo(RequestParser.Phase.BODY);
  }

  @Test
  void wantsOneContinueWhileNoBodyHasArrived() throws RequestRejectedException {
    String head = post("Expect: 100-Continue\r\nContent-Length: 2\r\n\r\n");

    assertThat(continues(head, "a", "b")).containsExactly(true, false, false);
    assertThat(continues(head + "a", "b")).containsExactly(false, false);
    assertThat(continues(head + "ab")).containsExactly(false);
    assertThat(continues(post("Expect: 100-continue\r\n\r\n"))).containsExactly(false);
    assertThat(continues(post("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"), "0"))
        .containsExactly(true, false);
    assertThat(continues("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"))
        .containsExactly(false);
  }

  private static List<Boolean> continues(String... pieces) throws RequestRejectedException {
    MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
    RequestParser parser =
        new RequestParser(new ParserShare(Parsing.LIMITS, budget, _ -> false), Parsing.PEER);
    Input in = new Input(new Input.Pool(budget));
    List<Boolean> due = new ArrayList<>();
    for (String piece : pieces) {
      in.append(Unpooled.wrappedBuffer(Parsing.bytes(piece)));
      parser.parse(in);
      due.add(parser.takeContinueDue());
    }
    return due;
  }

  private static String chunked(String chunks) {
    return body("Transfer-Encoding: chunked\r\n\r\n" + chunks);
  }

  private static String body(String fieldsAndBody) {
    return new String(Parsing.request(post(fieldsAndBody)).body(), StandardCharsets.ISO_8859_1);
  }

  private static String post(String fieldsAndBody) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + fieldsAndBody;
  }
}
