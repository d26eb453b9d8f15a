package dev.percore.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.percore.protocol.ControlMessage.Configure;
import dev.percore.protocol.ControlMessage.Drain;
import dev.percore.protocol.ControlMessage.Heartbeat;
import dev.percore.protocol.ControlMessage.Hello;
import dev.percore.protocol.ControlMessage.Metrics;
import dev.percore.protocol.ControlMessage.MetricsRequest;
import dev.percore.protocol.ControlMessage.Ready;
import dev.percore.protocol.ControlMessage.StartFailed;
import dev.percore.protocol.metrics.Labels;
import dev.percore.protocol.metrics.MetricFamily;
import dev.percore.protocol.metrics.Sample;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ControlPipelineTest {

  static List<ControlMessage> everyMessage() {
    var labels = new Labels(List.of("route", "method"), List.of("/calc", "GET"));
    return List.of(
        new Hello(1, 3, 7),
        new Ready(Duration.ofMillis(412)),
        new Heartbeat(
            Duration.ofNanos(1_234), 10, 3, 2, 1, Long.MAX_VALUE, Duration.ofMillis(3), 9),
        new Metrics(
            5,
            List.of(
                new MetricFamily(
                    "a",
                    MetricFamily.Type.COUNTER,
                    "ä help",
                    List.of(new Sample.Value(labels, 1.5))),
                new MetricFamily(
                    "b",
                    MetricFamily.Type.GAUGE,
                    "",
                    List.of(new Sample.Value(new Labels(List.of(), List.of()), Double.NaN))),
                new MetricFamily(
                    "c",
                    MetricFamily.Type.SUMMARY,
                    "h",
                    List.of(new Sample.Summary(labels, 3, 0.25))),
                new MetricFamily(
                    "d",
                    MetricFamily.Type.HISTOGRAM,
                    "h",
                    List.of(
                        new Sample.Histogram(
                            labels, List.of(0.1, Double.POSITIVE_INFINITY), List.of(4L, 2L), 0.7))),
                new MetricFamily("e", MetricFamily.Type.INFO, "h", List.of()))),
        new ControlMessage.Draining(Duration.ofSeconds(2)),
        new ControlMessage.NotAccepting(),
        new StartFailed("plugins/broken.jar: no such class — schade"),
        new Configure(Map.of("listen.port", "8080", "log.file", ""), true),
        new MetricsRequest(77),
        new Drain(Duration.ofSeconds(30), true),
        new ControlMessage.Prepared(),
        new ControlMessage.Received(),
        new ControlMessage.HandOver(
            new ControlMessage.ClientConnection("127.0.0.1:8080", "10.1.2.3", 17)),
        new ControlMessage.Lend(2, "[::1]:8080"),
        new ControlMessage.Serve(),
        new ControlMessage.Return(2),
        new ControlMessage.TakeOver(new ControlMessage.ClientConnection("unix:/run/x", "", 0)),
        new ControlMessage.ReopenLogs(),
        new ControlMessage.UsePool(ControlMessage.PoolState.TERMINATED),
        new ControlMessage.PoolEmpty(),
        new ControlMessage.Sibling(1, 4711),
        new ControlMessage.JobStarted(9),
        new ControlMessage.JobProgress(9, 0.25),
        new ControlMessage.JobReturned(9),
        new ControlMessage.CancelJob(9, true));
  }

  static List<ControlMessage> everyMessageWithBytes() {
    byte[] bytes = {1, 0, -1};
    return List.of(
        new ControlMessage.JobAsk(
            5, ControlMessage.JobAction.SUBMIT, Map.of("function", "count"), bytes),
        new ControlMessage.JobAnswer(5, 202, Map.of("Location", "/jobs/ä"), bytes),
        new ControlMessage.RunJob(6, true, "count", "POST", "n=1", "application/json", bytes),
        new ControlMessage.JobEnded(6, 200, "image/png", bytes));
  }

  @ParameterizedTest
  @MethodSource("everyMessageWithBytes")
  void bringsBytesBackAsTheyWere(ControlMessage message) {
    assertThat(decode(encode(message))).usingRecursiveComparison().isEqualTo(List.of(message));
  }

  @ParameterizedTest
  @MethodSource("everyMessage")
  void bringsEachMessageBackAsItWas(ControlMessage message) {
    assertThat(decode(encode(message))).containsExactly(message);
  }

  @Test
  void aMessageThatIsEncodedAlreadyIsWrittenAsItIs() {
    for (ControlMessage message : everyMessage()) {
      var channel = channel();
      ByteBuf encoded = ControlPipeline.encode(channel.alloc(), message);
      channel.writeOutbound(encoded);
      assertThat(decode(channel.readOutbound())).containsExactly(message);
    }
  }

  @Test
  void aMessageThatIsEncodedAlreadyIsReleasedIfTheConnectionIsClosed() {
    var channel = channel();
    ByteBuf encoded = ControlPipeline.encode(channel.alloc(), new Ready(Duration.ofMillis(400)));
    channel.close();
    assertThat(channel.writeAndFlush(encoded).isSuccess()).isFalse();
    assertThat(encoded.refCnt()).isZero();
  }

  @Test
  void joinsFramesThatArriveByteByByte() {
    var channel = channel();
    for (ControlMessage message : everyMessage()) {
      ByteBuf bytes = encode(message);
      while (bytes.readableBytes() > 1) {
        channel.writeInbound(bytes.readRetainedSlice(1));
        assertThat(channel.<Object>readInbound()).as("before the last byte").isNull();
      }
      channel.writeInbound(bytes);
      assertThat(channel.<Object>readInbound()).isEqualTo(message);
    }
  }

  @Test
  void splitsFramesThatArriveTogether() {
    ByteBuf all = Unpooled.buffer();
    everyMessage().forEach(message -> all.writeBytes(encode(message)));
    assertThat(decode(all)).containsExactlyElementsOf(everyMessage());
  }

  @Test
  void refusesAnUnknownMessageType() {
    assertThatThrownBy(() -> decode(frame(200)))
        .isInstanceOf(DecoderException.class)
        .cause()
        .isInstanceOf(ProtocolException.class)
        .hasMessage("unknown message type 200");
  }

  @Test
  void refusesAnEmptyFrame() {
    assertThatThrownBy(() -> decode(frame())).hasRootCauseInstanceOf(ProtocolException.class);
  }

  @Test
  void refusesAFrameThatEndsEarly() {
    assertThatThrownBy(() -> decode(frame(1, 0, 0, 0, 1)))
        .hasRootCauseMessage("the frame ends early: 4 bytes wanted, 0 left");
  }

  @Test
  void refusesBytesAfterAMessage() {
    assertThatThrownBy(() -> decode(frame(65, 0, 0, 0, 0, 0, 0, 0, 1, 9)))
        .hasRootCauseMessage("1 bytes too many after a message of type 65");
  }

  @Test
  void refusesALengthBeyondTheFrameBeforeAnythingIsAllocated() {
    assertThatThrownBy(() -> decode(frame(64, 0x7f, 0xff, 0xff, 0xff)))
        .hasRootCauseMessage("a length of 2147483647, but 0 bytes left in the frame");
  }

  @Test
  void refusesANegativeLength() {
    assertThatThrownBy(() -> decode(frame(5, 0xff, 0xff, 0xff, 0xff)))
        .hasRootCauseMessage("a length of -1, but 0 bytes left in the frame");
  }

  @Test
  void refusesAFrameOverTheLimit() {
    ByteBuf head = Unpooled.buffer().writeInt(ControlPipeline.MAX_FRAME_BYTES + 1);
    assertThatThrownBy(() -> decode(head)).isInstanceOf(TooLongFrameException.class);
  }

  @Test
  void takesAFrameOfTheLimit() {
    String text = "x".repeat(ControlPipeline.MAX_FRAME_BYTES - 5);
    assertThat(decode(encode(new StartFailed(text)))).containsExactly(new StartFailed(text));
  }

  private static EmbeddedChannel channel() {
    var channel = new EmbeddedChannel();
    ControlPipeline.addTo(channel.pipeline());
    return channel;
  }

  private static ByteBuf encode(ControlMessage message) {
    var channel = channel();
    channel.writeOutbound(message);
    return channel.readOutbound();
  }

  private static List<Object> decode(ByteBuf bytes) {
    var channel = channel();
    channel.writeInbound(bytes);
    List<Object> messages = new ArrayList<>();
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      messages.add(next);
    }
    return messages;
  }

  private static ByteBuf frame(int... payload) {
    ByteBuf frame = Unpooled.buffer().writeInt(payload.length);
    for (int b : payload) {
      frame.writeByte(b);
    }
    assertThat(ByteBufUtil.getBytes(frame)).hasSize(payload.length + 4);
    return frame;
  }
}
