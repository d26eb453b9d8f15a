package dev.percore.worker.http.server;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.limit.Visitor;
import dev.percore.worker.http.client.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's connection: brings the channel's events to the [Conversation] on it, and ends
/// it in time. For the event loop.
final class HttpConnection extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

  private final Shared shared;
  private final DuplexChannel channel;
  private final Conversation conversation;
  private Visitor visitor = Visitor.UNLIMITED;
  private Connections.Admission admission = Connections.Admission.CUT;
  private int slot;

  /// @param peer whoever connected
  /// @param proxied whether a PROXY header will tell who the client is
  HttpConnection(Shared shared, DuplexChannel channel, Peer peer, boolean proxied) {
    this.shared = shared;
    this.channel = channel;
    conversation = new Conversation(shared, channel, peer);
    if (!proxied) {
      visitor = shared.visitor(peer.address());
      conversation.peerIs(peer, visitor);
    }
  }

  /// Who is at the other end.
  Peer peer() {
    return conversation.peer();
  }

  /// The peer is a proxy that speaks for another one. To be told before the first request.
  void speaksFor(Peer client) {
    visitor = shared.visitor(client.address());
    conversation.peerIs(client, visitor);
    Response unwelcome = visitor.connect();
    if (unwelcome != null) {
      conversation.refuse(unwelcome);
    }
  }

  /// Its place among [Connections].
  int slot() {
    return slot;
  }

  void setSlot(int slot) {
    this.slot = slot;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Response unwelcome = visitor.connect();
    admission = shared.connections().add(this, unwelcome == null);
    switch (admission) {
      case SERVED -> {
        conversation.begin();
        if (shared.connections().isDraining()) {
          drain(System.nanoTime());
        }
      }
      case REFUSED ->
          conversation.refuse(unwelcome == null ? Refusals.TOO_MANY_CONNECTIONS : unwelcome);
      case CUT -> close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    conversation.gone();
    visitor.disconnect();
    if (admission != Connections.Admission.CUT) {
      shared.connections().remove(this, admission == Connections.Admission.SERVED);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    try {
      conversation.receive(data);
    } finally {
      data.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    conversation.settle();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable()) {
      conversation.outbox().proceed();
      conversation.resume();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      conversation.inputEnded();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      log.debug("the connection of {} broke", peer().address(), cause);
    } else {
      log.error("the connection of {} failed", peer().address(), cause);
    }
    close();
  }

  /// Enforces the deadlines.
  void sweep(long nowNanos) {
    if (conversation.outbox().isStalled(nowNanos, shared.timing().writeNanos())) {
      log.debug("{} does not read its answers", peer().address());
      close();
    } else if (conversation.deadline().isPast(nowNanos)) {
      conversation.expire();
    }
  }

  /// Tells that the server drains.
  void drain(long nowNanos) {
    conversation.drain(nowNanos);
  }

  void close() {
    var _ = channel.close();
  }
}
