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
import io.netty.handler.timeout.ReadTimeoutException;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection of the admin endpoints. Answers go out in the order in which they are ready, so a
/// client must not pipeline here; none of ours does.
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger log = LoggerFactory.getLogger(AdminHandler.class);

  private final AdminApi api;
  private final boolean owner;

  AdminHandler(AdminApi api, boolean owner) {
    this.api = api;
    this.owner = owner;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    boolean head = request.method().equals(HttpMethod.HEAD);
    if (!request.decoderResult().isSuccess()) {
      var answer = AdminAnswer.problem(400, "bad-request", "Bad request", "Not valid HTTP.");
      write(context, answer, false, head);
      return;
    }
    var query = new QueryStringDecoder(request.uri());
    Map<String, String> parameters = new HashMap<>();
    query.parameters().forEach((name, values) -> parameters.put(name, values.getFirst()));
    var call =
        new AdminApi.Call(
            request.method().name(),
            query.path(),
            parameters,
            request.headers().get(HttpHeaderNames.ACCEPT),
            owner);
    var _ =
        api.answer(call)
            .handle(
                (answer, failure) -> {
                  if (failure != null) {
                    log.error("{} {} failed", call.method(), call.path(), failure);
                  }
                  write(
                      context,
                      failure == null
                          ? answer
                          : AdminAnswer.problem(
                              500, "internal-error", "Internal error", "The log says more."),
                      keepAlive,
                      head);
                  return answer;
                });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof ReadTimeoutException)) {
      log.debug("an admin connection broke: {}", cause.toString());
    }
    context.close();
  }

  private static void write(
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
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }
}
