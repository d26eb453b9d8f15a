package dev.percore.worker.http.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class HeadCacheTest {
  private static final String HEAD = "GET /a?b=c HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";

  private final ParserShare share = Parsing.share();
  private final HeadCache heads = share.heads();

  @Test
  void aHeadThatComesAgainIsNotReadAgain() throws Exception {
    ParsedRequest first = parse(HEAD);
    ParsedRequest again = parse(HEAD);

    assertThat(again).isNotSameAs(first);
    assertThat(again.rawPath()).isSameAs(first.rawPath());
    assertThat(again.query()).isEqualTo(first.query());
    assertThat(again.headers("x")).containsExactly("y");
  }

  @Test
  void anyOctetMakesAnother() throws Exception {
    parse(HEAD);
    for (int i = 0; i < HEAD.length(); i++) {
      byte[] other = Parsing.bytes(HEAD);
      other[i]++;
      assertThat(heads.find(other, 0, other.length)).as("octet %d", i).isNull();
    }
    assertThat(heads.find(Parsing.bytes(HEAD), 0, HEAD.length())).isNotNull();
  }

  @Test
  void aHeadOfWhichALineIsMissingIsNone() throws Exception {
    parse(HEAD);
    for (int length = 0; length < HEAD.length(); length++) {
      assertThat(heads.find(Parsing.bytes(HEAD), 0, length)).isNull();
    }
    assertThat(heads.find(Parsing.bytes(HEAD + "GET"), 0, HEAD.length() + 3)).isNotNull();
  }

  @Test
  void itsMemoryIsCountedEachTime() throws Exception {
    parse(HEAD);
    long once = share.budget().heldBytes();
    parse(HEAD);

    assertThat(once).isEqualTo(HEAD.length());
    assertThat(share.budget().heldBytes()).isEqualTo(2 * once);
  }

  @Test
  void headsOfBodiesAndLongOnesAreNotKept() throws Exception {
    String post = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n";
    String longer = "GET /a HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n".formatted("y".repeat(1024));
    parse(post + "b");
    heads.keep(head(longer));

    assertThat(heads.find(Parsing.bytes(post), 0, post.length())).isNull();
    assertThat(heads.find(Parsing.bytes(longer), 0, longer.length())).isNull();
  }

  @Test
  void aHeadWhoseQueryWasDecodedIsNotKept() throws Exception {
    String encoded = HEAD.replace("b=c", "b=%63");
    parse(encoded);
    assertThat(heads.find(Parsing.bytes(encoded), 0, encoded.length())).isNull();
  }

  @Test
  void whatIsNotWantedIsForgotten() throws Exception {
    byte[] octets = Parsing.bytes(HEAD);
    parse(HEAD);
    heads.forget();
    assertThat(heads.find(octets, 0, octets.length)).isNotNull();
    heads.forget();
    heads.forget();
    assertThat(heads.find(octets, 0, octets.length)).isNull();
  }

  private static ParsedRequest.Head head(String text) throws RequestRejectedException {
    byte[] octets = Parsing.bytes(text);
    int[] none = new int[0];
    return new ParsedRequest.Head(
        "GET", RequestTarget.ROOT, false, octets, none, MessageRules.of(octets, none, true));
  }

  private ParsedRequest parse(String text) throws RequestRejectedException {
    var parser = new RequestParser(share, Parsing.PEER);
    Input in = new Input(new Input.Pool(new MemoryBudget(Long.MAX_VALUE)));
    in.append(Unpooled.wrappedBuffer(Parsing.bytes(text)));
    ParsedRequest request = parser.parse(in);
    if (request == null) {
      throw new AssertionError("not complete: " + text);
    }
    return request;
  }
}
