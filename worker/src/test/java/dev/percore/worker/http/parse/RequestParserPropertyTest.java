package dev.percore.worker.http.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RequestParserPropertyTest {
  private static final String CHUNKED =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

  @Property(tries = 3000)
  void splitsChangeNothing(
      @ForAll("streams") String stream,
      @ForAll @Size(max = 20) List<@IntRange(max = 400) Integer> cuts) {
    byte[] bytes = Parsing.bytes(stream);

    assertThat(Parsing.ofPieces(pieces(bytes, cuts)).summary())
        .isEqualTo(Parsing.ofPieces(List.of(bytes)).summary());
  }

  @Property(tries = 1000)
  void singleBytesChangeNothing(@ForAll("streams") String stream) {
    byte[] bytes = Parsing.bytes(stream);
    List<Integer> everywhere = new ArrayList<>();
    for (int i = 0; i < bytes.length; i++) {
      everywhere.add(i);
    }

    assertThat(Parsing.ofPieces(pieces(bytes, everywhere)).summary())
        .isEqualTo(Parsing.ofPieces(List.of(bytes)).summary());
  }

  @Property(tries = 3000)
  void headsThatWereReadBeforeChangeNothing(
      @ForAll("streams") String stream,
      @ForAll("streams") String before,
      @ForAll @Size(max = 20) List<@IntRange(max = 400) Integer> cuts) {
    ParserShare share = Parsing.share();
    Parsing.ofPieces(List.of(Parsing.bytes(stream)), share);
    Parsing.ofPieces(List.of(Parsing.bytes(before)), share);

    assertThat(Parsing.ofPieces(pieces(Parsing.bytes(stream), cuts), share).summary())
        .isEqualTo(Parsing.of(stream).summary());
  }

  @Property(tries = 3000)
  void connectionsOfOneEventLoopDoNotDisturbEachOther(
      @ForAll("streams") String one,
      @ForAll("streams") String other,
      @ForAll @Size(max = 20) List<@IntRange(max = 400) Integer> cuts) {
    List<List<byte[]>> streams =
        List.of(pieces(Parsing.bytes(one), cuts), pieces(Parsing.bytes(other), cuts));

    List<Parsing> together = Parsing.inTurns(streams);

    for (int i = 0; i < 2; i++) {
      assertThat(together.get(i).summary()).isEqualTo(Parsing.ofPieces(streams.get(i)).summary());
    }
  }

  @Property(tries = 5000)
  void anyBytesHaveAnOutcome(@ForAll @Size(max = 2000) byte[] bytes) {
    assertThat(Parsing.ofPieces(List.of(bytes)).summary()).isNotEmpty();
  }

  @Property(tries = 2000)
  void whatIsRejectedStaysRejected(@ForAll("streams") String stream, @ForAll byte[] more) {
    byte[] bytes = Parsing.bytes(stream);
    Parsing parsing = Parsing.ofPieces(List.of(bytes));
    if (parsing.rejection() != null) {
      assertThat(Parsing.ofPieces(List.of(bytes, more)).summary()).isEqualTo(parsing.summary());
    }
  }

  /// Streams of valid fragments, and of fragments that come near: what is assembled from them is
  /// often valid, and otherwise wrong in interesting places.
  @Provide
  Arbitrary<String> streams() {
    Arbitrary<String> fragments =
        Arbitraries.of(
            "GET / HTTP/1.1\r\n",
            "POST /a/%2e%2e/b?x=%41 HTTP/1.1\r\n",
            "GET /a HTTP/1.0\r\n",
            "OPTIONS * HTTP/1.1\r\n",
            "GET http://h:1/a?b HTTP/1.1\r\n",
            "Host: a\r\n",
            "Host: a\r\n\r\n",
            "X: y\r\n",
            "Connection: close\r\n",
            "Content-Length: 3\r\n",
            "Content-Length: 3\r\n\r\nabc",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\n\r\n",
            "3\r\nabc\r\n",
            "2;a=\"b\"\r\nab\r\n",
            "0\r\n\r\n",
            "0\r\nT: u\r\n\r\n",
            "\r\n",
            "abc",
            "\r",
            "\n",
            " ",
            ":",
            "%",
            "\0",
            "a".repeat(90),
            "b".repeat(280),
            "3e8\r\n");
    Arbitrary<String> whole =
        Arbitraries.of(
            "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n",
            "GET /a/./b?c=%20 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            CHUNKED + "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX: y\r\n\r\n");
    return Arbitraries.frequencyOf(Tuple.of(3, whole), Tuple.of(2, fragments))
        .list()
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }

  private static List<byte[]> pieces(byte[] bytes, List<Integer> cuts) {
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    for (int cut : cuts.stream().sorted().toList()) {
      if (cut > from && cut < bytes.length) {
        pieces.add(Arrays.copyOfRange(bytes, from, cut));
        from = cut;
      }
    }
    pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
    return pieces;
  }
}
