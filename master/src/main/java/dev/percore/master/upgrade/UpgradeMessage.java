package dev.percore.master.upgrade;

import dev.percore.protocol.ControlMessage.ClientConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.MessageToMessageCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What two masters say to each other at an upgrade. They may be of builds that are years
/// apart, so this is a line of JSON each, in which unknown fields are ignored, and what is here
/// is never changed but only added to.
sealed interface UpgradeMessage {

  /// A message that announces one descriptor, the next on the connection for descriptors.
  sealed interface WithDescriptor extends UpgradeMessage {}

  /// A listening socket of the service.
  ///
  /// @param listener name of the address
  /// @param slot the slot that it is for, or -1 for all
  record ServiceSocket(String listener, int slot) implements WithDescriptor {}

  /// The listening socket of the admin endpoints.
  ///
  /// @param address as it is configured
  record AdminSocket(String address) implements WithDescriptor {}

  /// A client's connection that a worker of the old master has handed over.
  record Connection(ClientConnection connection) implements WithDescriptor {}

  /// All sockets have been announced.
  ///
  /// @param generation the last generation of the old master
  /// @param nice the nice value to go back to when the new master serves; empty if it has started
  ///     with the one that it is to have
  record Complete(int generation, OptionalInt nice) implements UpgradeMessage {}

  /// The descriptor that was sent last has arrived; the next may follow.
  record Received() implements UpgradeMessage {}

  /// The new master serves; the old one is to leave.
  record Serving() implements UpgradeMessage {}

  /// Puts framing and codec at the end of a pipeline.
  static void addCodecTo(ChannelPipeline pipeline) {
    pipeline.addLast(new LineBasedFrameDecoder(Codec.LINE_BYTES_MAX), new Codec());
  }

  /// Lines of JSON. A line that is none breaks the connection; a message that is not known,
  /// which may be of a later version, is ignored.
  final class Codec extends MessageToMessageCodec<ByteBuf, UpgradeMessage> {
    private static final Logger log = LoggerFactory.getLogger(UpgradeMessage.class);
    private static final int LINE_BYTES_MAX = 64 << 10;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Override
    protected void encode(ChannelHandlerContext context, UpgradeMessage message, List<Object> out) {
      ObjectNode node = JSON.createObjectNode();
      switch (message) {
        case ServiceSocket(String listener, int slot) ->
            node.put("type", "service-socket").put("listener", listener).put("slot", slot);
        case AdminSocket(String address) ->
            node.put("type", "admin-socket").put("address", address);
        case Connection(ClientConnection(String listener, String client, int requests)) ->
            node.put("type", "connection")
                .put("listener", listener)
                .put("client", client)
                .put("requests", requests);
        case Complete(int generation, OptionalInt nice) -> {
          node.put("type", "complete").put("generation", generation);
          nice.ifPresent(value -> node.put("nice", value));
        }
        case Received() -> node.put("type", "received");
        case Serving() -> node.put("type", "serving");
      }
      ByteBuf line = context.alloc().buffer();
      line.writeCharSequence(JSON.writeValueAsString(node) + "\n", StandardCharsets.UTF_8);
      out.add(line);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf line, List<Object> out)
        throws JacksonException {
      JsonNode node = JSON.readTree(line.toString(StandardCharsets.UTF_8));
      String type = node.path("type").asString("");
      switch (type) {
        case "service-socket" ->
            out.add(
                new ServiceSocket(node.path("listener").asString(""), node.path("slot").asInt(-1)));
        case "admin-socket" -> out.add(new AdminSocket(node.path("address").asString("")));
        case "connection" ->
            out.add(
                new Connection(
                    new ClientConnection(
                        node.path("listener").asString(""),
                        node.path("client").asString(""),
                        node.path("requests").asInt(0))));
        case "complete" ->
            out.add(new Complete(node.path("generation").asInt(0), optional(node.path("nice"))));
        case "received" -> out.add(new Received());
        case "serving" -> out.add(new Serving());
        default -> log.warn("an upgrade message of a later version is ignored: {}", type);
      }
    }

    private static OptionalInt optional(JsonNode number) {
      return number.isInt() ? OptionalInt.of(number.asInt()) : OptionalInt.empty();
    }
  }
}
