package dev.percore.master.reload;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// Sends golden requests, one after the other and each on a connection of its own. Confined to
/// one event loop.
final class GoldenClient {
  private static final int ANSWER_SECONDS_MAX = 30;
  private static final int ANSWER_BYTES_MAX = 16 << 20;
  private static final int ERROR_MIN = 400;

  private final EventLoopGroup loop;
  private final SocketAddress address;

  GoldenClient(EventLoopGroup loop, SocketAddress address) {
    this.loop = loop;
    this.address = address;
  }

  /// Asks for all paths.
  ///
  /// @return completes on the event loop with what was wrong with the first answer that was not
  ///     good, if any was not
  CompletionStage<Optional<String>> ask(List<String> paths) {
    if (paths.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return ask(paths.getFirst())
        .thenCompose(
            problem ->
                problem.isPresent()
                    ? CompletableFuture.completedFuture(problem)
                    : ask(paths.subList(1, paths.size())));
  }

  private CompletableFuture<Optional<String>> ask(String path) {
    CompletableFuture<Optional<String>> done = new CompletableFuture<>();
    new Bootstrap()
        .group(loop)
        .channel(EpollDomainSocketChannel.class)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(new ReadTimeoutHandler(ANSWER_SECONDS_MAX, TimeUnit.SECONDS))
                    .addLast(new HttpClientCodec())
                    .addLast(new HttpObjectAggregator(ANSWER_BYTES_MAX))
                    .addLast(new Exchange(path, done));
              }
            })
        .connect(address)
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                done.complete(Optional.of("golden request " + path + ": " + connected.cause()));
              }
            });
    return done;
  }

  private static final class Exchange extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final String path;
    private final CompletableFuture<Optional<String>> done;

    Exchange(String path, CompletableFuture<Optional<String>> done) {
      this.path = path;
      this.done = done;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
      request
          .headers()
          .set(HttpHeaderNames.HOST, "localhost")
          .set(HttpHeaderNames.CONNECTION, "close");
      context.writeAndFlush(request);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
      int status = response.status().code();
      done.complete(
          status < ERROR_MIN
              ? Optional.empty()
              : Optional.of("golden request %s: status %d".formatted(path, status)));
      context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      done.complete(Optional.of("golden request " + path + ": no answer"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      done.complete(Optional.of("golden request " + path + ": " + cause));
      context.close();
    }
  }
}
