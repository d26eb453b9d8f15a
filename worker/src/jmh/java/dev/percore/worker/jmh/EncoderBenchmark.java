package dev.percore.worker.jmh;

import dev.percore.worker.api.Response;
import dev.percore.worker.http.encode.ResponseEncoder;
import dev.percore.worker.http.encode.ResponseEncoder.Persistence;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// From a response to the bytes of its head.
@State(Scope.Thread)
public class EncoderBenchmark {
  private final ResponseEncoder encoder = new ResponseEncoder();
  private final ByteBuf out = Unpooled.directBuffer(2048);
  private final Response madeBefore = Response.text(200, "ok");
  private final byte[] json = new byte[200];

  @Setup
  public void setTime() {
    encoder.setTime(System.currentTimeMillis());
  }

  /// As `/healthz` answers.
  @Benchmark
  public int headMadeBefore() {
    return encode(madeBefore);
  }

  /// As a function answers, whose response is made for each call.
  @Benchmark
  public int responseAndHead() {
    return encode(Response.json(200, json).with("Server-Timing", "queue;dur=0.150"));
  }

  private int encode(Response response) {
    out.clear();
    encoder.encodeHead(response, Persistence.IMPLIED, out);
    return out.readableBytes();
  }
}
