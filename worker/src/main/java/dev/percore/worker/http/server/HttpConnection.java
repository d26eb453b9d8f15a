package dev.percore.worker.http.server;

import dev.percore.config.net.ListenAddress;
import dev.percore.protocol.ControlMessage.ClientConnection;
import dev.percore.worker.api.Response;
import dev.percore.worker.http.client.Peer;
import dev.percore.worker.http.limit.Visitor;
import dev.percore.worker.http.socket.ClientSocket;
import dev.percore.worker.http.socket.SocketEvents;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's connection: brings the socket's events to the [Conversation] on it, and ends
/// it in time. For the event loop.
final class HttpConnection implements SocketEvents {
  private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

  private final Shared shared;
  private final ClientSocket socket;
  private final Conversation conversation;
  private Visitor visitor = Visitor.UNLIMITED;
  private final ListenAddress address;
  private final boolean isTakenOver;
  private boolean awaitsProxyHeader;
  private Connections.Admission admission = Connections.Admission.CUT;
  private int slot;

  /// @param peer whoever connected
  /// @param address where it was accepted
  /// @param known what another worker knew of it, if it has been handed over by one
  HttpConnection(
      Shared shared,
      ClientSocket socket,
      Peer peer,
      ListenAddress address,
      @Nullable ClientConnection known) {
    this.shared = shared;
    this.socket = socket;
    this.address = address;
    this.isTakenOver = known != null;
    conversation = new Conversation(shared, socket, peer, known == null ? 0 : known.requests());
    String told = known == null ? "" : known.clientAddress();
    awaitsProxyHeader = address.proxyProtocol() && told.isEmpty();
    if (!awaitsProxyHeader) {
      Peer client = told.isEmpty() ? peer : Peer.of(told, peer.proxies());
      visitor = shared.visitor(client.address());
      conversation.peerIs(client, visitor);
    }
  }

  /// Whether a PROXY header has still to tell who the client is.
  boolean awaitsProxyHeader() {
    return awaitsProxyHeader;
  }

  /// Who is at the other end.
  Peer peer() {
    return conversation.peer();
  }

  /// The peer is a proxy that speaks for another one. To be told before the first request.
  void speaksFor(Peer client) {
    awaitsProxyHeader = false;
    if (admission != Connections.Admission.SERVED) {
      return; // it is being refused
    }
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
  public void opened() {
    Response unwelcome = null;
    if (isTakenOver) {
      visitor.takeOver();
      admission = shared.connections().takeOver(this);
    } else {
      unwelcome = visitor.connect();
      admission = shared.connections().add(this, unwelcome == null);
    }
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
  public void closed() {
    conversation.gone();
    visitor.disconnect();
    if (admission != Connections.Admission.CUT) {
      shared.connections().remove(this, admission == Connections.Admission.SERVED);
    }
  }

  @Override
  public void received(ByteBuf data) {
    conversation.receive(data);
  }

  @Override
  public void receivedAll() {
    conversation.settle();
  }

  @Override
  public void writable() {
    conversation.proceed();
    conversation.resume();
  }

  @Override
  public void inputEnded() {
    conversation.inputEnded();
  }

  @Override
  public void broke(Throwable cause) {
    if (cause instanceof IOException) {
      log.debug("the connection of {} broke", peer().address(), cause);
    } else {
      log.error("the connection of {} failed", peer().address(), cause);
    }
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

  /// Hands it over to another worker, if nothing is under way on it. What its client sends from
  /// now on, and what lies unread in its socket, is for that one.
  ///
  /// @return whether it is handed over
  boolean handOver(Heir heir) {
    if (!conversation.isAtRest() || awaitsProxyHeader) {
      return false;
    }
    String client = address.proxyProtocol() ? conversation.peer().address() : "";
    var known = new ClientConnection(address.name(), client, conversation.requests());
    Future<?> sent = heir.take(known, socket.fd());
    if (sent.isSuccess()) {
      socket.leave(); // in the same breath, so that nothing is read here any more
      return true;
    }
    log.debug("the connection of {} could not be handed over", peer().address(), sent.cause());
    return false;
  }

  /// Tells that the server drains.
  void drain(long nowNanos) {
    conversation.drain(nowNanos);
  }

  void close() {
    socket.close();
  }
}
