package dev.percore.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InputEndTest {
  @Test
  void theEndIsToldAndNothingBefore() throws Exception {
    var ended = new CountDownLatch(1);
    try (var program = new PipedOutputStream();
        var input = new PipedInputStream(program)) {
      InputEnd.watch(input, ended::countDown);
      program.write("this says nothing\n".getBytes(StandardCharsets.US_ASCII));
      program.flush();
      while (input.available() > 0) {
        Thread.onSpinWait(); // until it has been read
      }
      assertThat(ended.getCount()).isOne();
    }
    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anInputThatCannotBeReadHasEnded() throws Exception {
    var ended = new CountDownLatch(1);
    InputStream closed = InputStream.nullInputStream();
    closed.close();
    InputEnd.watch(closed, ended::countDown);
    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
