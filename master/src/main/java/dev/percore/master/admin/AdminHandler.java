package dev.percore.master.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.NetUtil;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection of the admin endpoints: one request at a time, answered before the next is
/// read.
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger log = LoggerFactory.getLogger(AdminHandler.class);

  private final AdminApi api;
  private final AdminServer.Access access;

  /// Whether the next request is wanted. As long as it is, each read that did not bring it
  /// whole is followed by another.
  private boolean awaiting = true;

  AdminHandler(AdminApi api, AdminServer.Access access) {
    this.api = api;
    this.access = access;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.read();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (awaiting) {
      context.read();
    }
    context.fireChannelReadComplete();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    awaiting = false;
    boolean valid = request.decoderResult().isSuccess();
    boolean keepAlive = valid && HttpUtil.isKeepAlive(request);
    boolean head = request.method().equals(HttpMethod.HEAD);
    var _ =
        answer(request)
            .exceptionally(
                failure -> {
                  log.error("{} {} failed", request.method(), request.uri(), failure);
                  return AdminAnswer.problem(
                      500, "internal-error", "Internal error", "The log says more.");
                })
            .thenAccept(answer -> write(context, answer, keepAlive, head));
  }

  private CompletionStage<AdminAnswer> answer(FullHttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      return now(AdminAnswer.problem(400, "bad-request", "Bad request", "Not valid HTTP."));
    }
    if (access == AdminServer.Access.LOOPBACK
        && !isOurName(request.headers().get(HttpHeaderNames.HOST))) {
      return now(
          AdminAnswer.problem(
              421,
              "misdirected-request",
              "Misdirected request",
              "Use this server's address or localhost in the URL."));
    }
    try {
      return api.answer(call(request));
    } catch (IllegalArgumentException malformed) {
      return now(
          AdminAnswer.problem(
              400, "bad-request", "Bad request", "The target is not properly encoded."));
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private AdminApi.Call call(FullHttpRequest request) {
    var query = new QueryStringDecoder(request.uri());
    Map<String, String> parameters = new HashMap<>();
    query.parameters().forEach((name, values) -> parameters.put(name, values.getFirst()));
    return new AdminApi.Call(
        request.method().name(),
        query.path(),
        parameters,
        request.headers().get(HttpHeaderNames.ACCEPT),
        access == AdminServer.Access.OWNER);
  }

  /// Whether a Host field is an address literal or localhost, with or without a port.
  static boolean isOurName(@Nullable String host) {
    if (host == null) {
      return true; // HTTP/1.0; a browser always sends one
    }
    String name = host.replaceFirst(":[0-9]*$", "");
    return name.equalsIgnoreCase("localhost")
        || NetUtil.isValidIpV4Address(name)
        || (name.startsWith("[") && name.endsWith("]"));
  }

  private static CompletionStage<AdminAnswer> now(AdminAnswer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("an admin connection broke: {}", cause.toString());
    context.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    // Some answers take long.
    if (event instanceof IdleStateEvent && awaiting) {
      context.close();
    }
  }

  private void await(ChannelHandlerContext context) {
    awaiting = true;
    context.read();
  }

  private void write(
      ChannelHandlerContext context, AdminAnswer answer, boolean keepAlive, boolean head) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
        .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    String allow = answer.allow();
    if (allow != null) {
      response.headers().set(HttpHeaderNames.ALLOW, allow);
    }
    HttpUtil.setKeepAlive(response, keepAlive);
    var written = context.writeAndFlush(response);
    if (keepAlive) {
      // Not from within the read that brought this request: FlowControlHandler would forget it.
      written.addListener(_ -> context.executor().execute(() -> await(context)));
    } else {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }
}
