package dev.percore.worker.http.server;

import dev.percore.config.ServerConfig;
import dev.percore.worker.http.Router;
import dev.percore.worker.http.observe.AccessLog;
import dev.percore.worker.http.observe.HttpMetrics;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The HTTP front of one worker. All its connections live on one event loop.
public final class HttpFront {

  public HttpFront(ServerConfig config, Router router, HttpMetrics metrics, AccessLog accessLog) {}

  /// Starts the clock and the sweep over the connections. Call it before the first connection is
  /// accepted.
  ///
  /// @param loop the one event loop that the accepted channels are registered with
  public void start(EventLoop loop) {}

  /// The handler for accepted channels, for `ServerBootstrap.childHandler`. It sets the channel
  /// options that it needs.
  public ChannelHandler childHandler() {
    return new ChannelHandlerAdapter() {};
  }

  /// Open connections. From any thread.
  public int connections() {
    return 0;
  }

  /// Requests that were read and not yet answered. From any thread.
  public int inFlight() {
    return 0;
  }

  /// Ends keep-alive: idle connections are closed at once, requests in flight or partly arrived
  /// are answered with `Connection: close`. From any thread; further calls change nothing.
  public void drain() {}

  /// Completes when the last connection is closed after [#drain].
  public CompletionStage<Void> drained() {
    return new CompletableFuture<>();
  }

  /// Cuts the connections that are left and stops the sweep. From any thread.
  ///
  /// @return how many requests in flight were cut, on the event loop
  public CompletionStage<Integer> close() {
    return new CompletableFuture<>();
  }
}
