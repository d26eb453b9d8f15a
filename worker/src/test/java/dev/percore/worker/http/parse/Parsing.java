package dev.percore.worker.http.parse;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.TrustedProxies;
import dev.percore.worker.api.Problem;
import dev.percore.worker.http.client.Peer;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a parser makes of a stream of bytes: the requests, then perhaps a rejection.
record Parsing(
    List<ParsedRequest> requests, @Nullable Problem rejection, RequestParser.Phase rest) {

  static final ServerConfig.Limits LIMITS = new ServerConfig.Limits(100, 300, 10, 1000, 10, 0);

  static final Peer PEER =
      Peer.of(
          InetAddress.ofLiteral("192.0.2.1"),
          new ServerConfig.Proxies(TrustedProxies.NONE, ServerConfig.ForwardedField.FORWARDED));

  static Parsing of(String text) {
    return ofPieces(List.of(bytes(text)));
  }

  static Parsing ofPieces(List<byte[]> pieces) {
    return ofPieces(pieces, share());
  }

  static ParserShare share() {
    return new ParserShare(LIMITS, new MemoryBudget(Long.MAX_VALUE), _ -> false);
  }

  static Parsing ofPieces(List<byte[]> pieces, ParserShare share) {
    var connection = new Connection(share);
    pieces.forEach(connection::receive);
    return connection.outcome();
  }

  /// What comes of streams on connections of one event loop, one piece of each after the other.
  static List<Parsing> inTurns(List<List<byte[]>> streams) {
    ParserShare share = share();
    List<Connection> connections = streams.stream().map(_ -> new Connection(share)).toList();
    int turns = streams.stream().mapToInt(List::size).max().orElse(0);
    for (int turn = 0; turn < turns; turn++) {
      for (int i = 0; i < streams.size(); i++) {
        if (turn < streams.get(i).size()) {
          connections.get(i).receive(streams.get(i).get(turn));
        }
      }
    }
    return connections.stream().map(Connection::outcome).toList();
  }

  private static final class Connection {
    private final RequestParser parser;
    private final Input in;
    private final List<ParsedRequest> requests = new ArrayList<>();
    private @Nullable Problem rejection;

    Connection(ParserShare share) {
      parser = new RequestParser(share, PEER);
      in = new Input(new Input.Pool(share.budget()));
    }

    void receive(byte[] piece) {
      if (rejection != null) {
        return;
      }
      try {
        in.append(Unpooled.wrappedBuffer(piece));
        for (ParsedRequest request = parser.parse(in);
            request != null;
            request = parser.parse(in)) {
          requests.add(request);
        }
        in.releaseIfEmpty();
      } catch (RequestRejectedException e) {
        rejection = e.problem();
        parser.discard();
      }
    }

    Parsing outcome() {
      return new Parsing(requests, rejection, parser.phase());
    }
  }

  /// The one request of a stream that holds no more and no less.
  static ParsedRequest request(String text) {
    Parsing parsing = of(text);
    if (parsing.requests.size() != 1
        || parsing.rejection != null
        || parsing.rest != RequestParser.Phase.IDLE) {
      throw new AssertionError("not one whole request: " + parsing.summary());
    }
    return parsing.requests.getFirst();
  }

  /// Status of the rejection, or 0.
  static int rejection(String text) {
    Problem problem = of(text).rejection;
    return problem == null ? 0 : problem.status();
  }

  /// Everything that can be told about the outcome, for comparisons.
  List<String> summary() {
    List<String> lines = new ArrayList<>();
    for (ParsedRequest request : requests) {
      lines.add(
          "%s %s %s %s %s 1.0=%s alive=%s host=%s x=%s body=%s"
              .formatted(
                  request.method(),
                  request.path(),
                  request.rawPath(),
                  request.rawQuery(),
                  request.query(),
                  request.http10(),
                  request.keepAlive(),
                  request.headers("host"),
                  request.headers("X"),
                  new String(request.body(), StandardCharsets.ISO_8859_1)));
    }
    lines.add(rejection == null ? "then " + rest : "rejected " + rejection);
    return lines;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
