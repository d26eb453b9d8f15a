package dev.percore.worker.http.server;

import dev.percore.config.net.IpText;
import dev.percore.worker.http.client.Peer;
import dev.percore.worker.http.observe.HttpMetrics;
import dev.percore.worker.http.observe.HttpMetrics.ProxyRefusal;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The PROXY header at the beginning of a connection. It stands behind the decoder of the
/// header and before the [HttpConnection], which it tells who the client is; then it leaves. A
/// peer that is not trusted is cut before a byte of it is read, and so is one whose header is
/// malformed. One that sends none runs into the timeout for header fields. For the event loop.
final class ProxyHeader extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ProxyHeader.class);

  /// Longest part of a header behind the addresses, which nobody looks at.
  private static final int EXTENSION_BYTES_MAX = 4096;

  private final HttpConnection connection;
  private final HttpMetrics metrics;
  private boolean refused;

  ProxyHeader(HttpConnection connection, HttpMetrics metrics) {
    this.connection = connection;
    this.metrics = metrics;
  }

  /// What turns the bytes of a header into the message that this handler waits for.
  static HAProxyMessageDecoder decoder() {
    return new HAProxyMessageDecoder(EXTENSION_BYTES_MAX);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (connection.peer().trusted()) {
      context.fireChannelActive();
    } else {
      refuse(context, ProxyRefusal.UNTRUSTED);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      // What was refused may still be followed by something that looks like a header.
      if (!refused && message instanceof HAProxyMessage header) {
        take(context, header);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void take(ChannelHandlerContext context, HAProxyMessage header) {
    Peer client = client(header);
    if (client == null) {
      refuse(context, ProxyRefusal.INVALID);
    } else {
      connection.speaksFor(client);
      context.pipeline().remove(this);
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
  public void channelInactive(ChannelHandlerContext context) {
    if (!refused) {
      refuse(context, ProxyRefusal.MISSING);
    }
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof DecoderException)) {
      context.fireExceptionCaught(cause);
    } else if (!refused) {
      log.debug("{} sent no valid PROXY header", connection.peer().address(), cause);
      refuse(context, ProxyRefusal.INVALID);
    }
  }

  private void refuse(ChannelHandlerContext context, ProxyRefusal why) {
    refused = true;
    metrics.proxyRefused(why);
    context.close();
  }
}
