package dev.percore.worker.jmh;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.TrustedProxies;
import dev.percore.worker.http.client.Peer;
import dev.percore.worker.http.parse.Input;
import dev.percore.worker.http.parse.MemoryBudget;
import dev.percore.worker.http.parse.ParsedRequest;
import dev.percore.worker.http.parse.ParserShare;
import dev.percore.worker.http.parse.RequestParser;
import dev.percore.worker.http.parse.RequestRejectedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// From the bytes of a connection to a request.
@State(Scope.Thread)
public class ParserBenchmark {
  private final MemoryBudget budget = MemoryBudget.ofHeap();
  private int turns;
  private final Input input = new Input(new Input.Pool(budget));
  private final RequestParser parser =
      new RequestParser(
          new ParserShare(
              new ServerConfig.Limits(8192, 16_384, 100, 1 << 20, 100, 0), budget, _ -> false),
          Peer.of(
              InetAddress.ofLiteral("192.0.2.1"),
              new ServerConfig.Proxies(
                  TrustedProxies.NONE, ServerConfig.ForwardedField.X_FORWARDED_FOR)));

  private final ByteBuf shortGet = bytes("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");

  private final ByteBuf shortGetAgain = bytes("GET /again HTTP/1.1\r\nHost: localhost\r\n\r\n");

  private final ByteBuf browserGet =
      bytes(
          """
          GET /calc/primes?n=1000 HTTP/1.1
          Host: www.example.org:8080
          User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
          Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
          Accept-Language: en-US,en;q=0.5
          Accept-Encoding: gzip, deflate, br, zstd
          Connection: keep-alive
          Upgrade-Insecure-Requests: 1
          Sec-Fetch-Dest: document
          Sec-Fetch-Mode: navigate
          Sec-Fetch-Site: none
          Priority: u=0, i

          """
              .replace("\n", "\r\n"));

  private final ByteBuf post =
      bytes(
          """
          POST /calc/primes HTTP/1.1
          Host: localhost
          Content-Type: application/json
          Content-Length: 10

          """
                  .replace("\n", "\r\n")
              + "{\"n\":1000}");

  @Benchmark
  public ParsedRequest shortGet() throws RequestRejectedException {
    return parse(another(shortGet));
  }

  @Benchmark
  public ParsedRequest shortGetAgain() throws RequestRejectedException {
    return parse(shortGetAgain);
  }

  @Benchmark
  public ParsedRequest browserGet() throws RequestRejectedException {
    return parse(another(browserGet));
  }

  @Benchmark
  public ParsedRequest post() throws RequestRejectedException {
    return parse(post);
  }

  // By the last character of its last field, so that it is read and not known.
  private ByteBuf another(ByteBuf head) {
    return head.setByte(head.writerIndex() - 5, 'a' + turns++ % 26);
  }

  private ParsedRequest parse(ByteBuf arrived) throws RequestRejectedException {
    input.append(arrived.readerIndex(0));
    ParsedRequest request = parser.parse(input);
    if (request == null) {
      throw new IllegalStateException("the request is not complete");
    }
    budget.give(request.heldBytes());
    input.releaseIfEmpty();
    return request;
  }

  private static ByteBuf bytes(String text) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    return Unpooled.directBuffer(octets.length).writeBytes(octets);
  }
}
