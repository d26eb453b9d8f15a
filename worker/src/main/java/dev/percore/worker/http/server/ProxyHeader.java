package dev.percore.worker.http.server;

import dev.percore.config.net.IpText;
import dev.percore.worker.http.client.Peer;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.observe.HttpMetrics.ProxyRefusal;
import dev.percore.worker.http.socket.ClientSocket;
import dev.percore.worker.http.socket.SocketEvents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The PROXY header at the beginning of a connection. It stands before the [HttpConnection], which
/// it tells who the client is; from then on it passes everything on. A peer that is not trusted is
/// cut before a byte of it is read, and so is one whose header is malformed. One that sends none
/// runs into the timeout for header fields. For the event loop.
final class ProxyHeader implements SocketEvents {
  private static final Logger log = LoggerFactory.getLogger(ProxyHeader.class);

  /// Longest part of a header behind the addresses, which nobody looks at.
  private static final int EXTENSION_BYTES_MAX = 4096;

  private final HttpConnection connection;
  private final ClientSocket socket;
  private final HttpMetrics metrics;

  /// Until the header is there, or refused.
  private @Nullable EmbeddedChannel decoder;

  ProxyHeader(HttpConnection connection, ClientSocket socket, HttpMetrics metrics) {
    this.connection = connection;
    this.socket = socket;
    this.metrics = metrics;
  }

  @Override
  public void opened() {
    if (connection.peer().trusted()) {
      decoder = new EmbeddedChannel(new HAProxyMessageDecoder(EXTENSION_BYTES_MAX));
      connection.opened();
    } else {
      metrics.proxyRefused(ProxyRefusal.UNTRUSTED);
      socket.close();
    }
  }

  @Override
  public void received(ByteBuf data) {
    EmbeddedChannel awaiting = decoder;
    if (awaiting == null) {
      connection.received(data);
      return;
    }
    try {
      awaiting.writeInbound(Unpooled.copiedBuffer(data));
      if (awaiting.readInbound() instanceof HAProxyMessage header) {
        take(header, awaiting);
      }
    } catch (DecoderException malformed) {
      log.debug("{} sent no valid PROXY header", connection.peer().address(), malformed);
      refuse(ProxyRefusal.INVALID);
    }
  }

  private void take(HAProxyMessage header, EmbeddedChannel decoded) {
    Peer client;
    try {
      client = client(header);
    } finally {
      header.release();
    }
    if (client == null) {
      refuse(ProxyRefusal.INVALID);
      return;
    }
    ByteBuf rest = decoded.readInbound();
    forgetDecoder();
    connection.speaksFor(client);
    if (rest != null) {
      try {
        connection.received(rest);
      } finally {
        rest.release();
      }
    }
  }

  // Null if the address is none. A proxy that speaks for itself, as in a health check, or that does
  // not know whom it speaks for, remains the client.
  private @Nullable Peer client(HAProxyMessage header) {
    Peer proxy = connection.peer();
    if (header.command() == HAProxyCommand.LOCAL) {
      return proxy;
    }
    return switch (header.proxiedProtocol().addressFamily()) {
      case AF_UNSPEC -> proxy;
      case AF_UNIX -> Peer.unix(proxy.proxies());
      case AF_IPv4, AF_IPv6 -> {
        InetAddress address = IpText.parse(header.sourceAddress());
        yield address == null ? null : Peer.of(address, proxy.proxies());
      }
    };
  }

  @Override
  public void receivedAll() {
    connection.receivedAll();
  }

  @Override
  public void writable() {
    connection.writable();
  }

  @Override
  public void inputEnded() {
    connection.inputEnded();
  }

  @Override
  public void broke(Throwable cause) {
    connection.broke(cause);
  }

  @Override
  public void closed() {
    if (decoder != null) {
      metrics.proxyRefused(ProxyRefusal.MISSING);
      forgetDecoder();
    }
    connection.closed();
  }

  private void refuse(ProxyRefusal why) {
    metrics.proxyRefused(why);
    forgetDecoder();
    socket.close();
  }

  private void forgetDecoder() {
    EmbeddedChannel awaiting = decoder;
    decoder = null;
    if (awaiting != null) {
      try {
        awaiting.finishAndReleaseAll();
      } catch (DecoderException rest) {
        log.trace("what came after is no header either", rest);
      }
    }
  }
}
