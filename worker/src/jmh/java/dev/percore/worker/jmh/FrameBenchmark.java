package dev.percore.worker.jmh;

import dev.percore.protocol.ControlCodec;
import dev.percore.protocol.ControlMessage;
import dev.percore.protocol.Frames;
import dev.percore.protocol.ProtocolException;
import dev.percore.protocol.peer.PeerCodec;
import dev.percore.protocol.peer.PeerMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Messages to frames and back: to the master many times a second, between workers with each task
/// that moves.
@State(Scope.Thread)
public class FrameBenchmark {
  private static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

  private final ControlMessage heartbeat =
      new ControlMessage.Heartbeat(
          Duration.ofNanos(12_345), 64, 3, 2, 1, 123_456_789, Duration.ZERO, 987_654_321);

  private final PeerMessage task =
      new PeerMessage.Task(
          42,
          true,
          "count",
          "GET",
          List.of(new PeerMessage.Field("n", "1000")),
          "",
          "192.0.2.1",
          30_000_000_000L,
          250_000,
          0);

  private ByteBuf heartbeatFrame = ALLOCATOR.buffer(0);
  private ByteBuf taskFrame = ALLOCATOR.buffer(0);

  @Setup
  public void encode() {
    tearDown();
    heartbeatFrame = Frames.encode(ALLOCATOR, out -> ControlCodec.encode(heartbeat, out));
    taskFrame = Frames.encode(ALLOCATOR, out -> PeerCodec.encode(task, out));
  }

  @TearDown
  public void tearDown() {
    heartbeatFrame.release();
    taskFrame.release();
  }

  @Benchmark
  public int encodeHeartbeat() {
    return lengthOf(Frames.encode(ALLOCATOR, out -> ControlCodec.encode(heartbeat, out)));
  }

  @Benchmark
  public ControlMessage decodeHeartbeat() throws ProtocolException {
    return ControlCodec.decode(heartbeatFrame.readerIndex(Integer.BYTES));
  }

  @Benchmark
  public int encodeTask() {
    return lengthOf(Frames.encode(ALLOCATOR, out -> PeerCodec.encode(task, out)));
  }

  @Benchmark
  public PeerMessage decodeTask() throws ProtocolException {
    return PeerCodec.decode(taskFrame.readerIndex(Integer.BYTES));
  }

  private static int lengthOf(ByteBuf frame) {
    int length = frame.readableBytes();
    frame.release();
    return length;
  }
}
