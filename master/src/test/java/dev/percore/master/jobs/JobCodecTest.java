package dev.percore.master.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import org.junit.jupiter.api.Test;

/// Stores that older masters have written can be read.
final class JobCodecTest {

  @Test
  void readsAndWritesTheFirstFormForAJobWithoutCallbacks() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(1);
      out.writeUTF("id");
      out.writeLong(7);
      out.writeUTF("count");
      out.writeUTF("POST");
      out.writeInt(3);
      out.writeBytes("n=5");
      out.writeInt(4);
      out.writeBytes("text");
      out.writeBoolean(true);
      out.writeUTF("SUCCEEDED");
      out.writeInt(2);
      out.writeInt(1);
      out.writeLong(100);
      out.writeLong(200);
      out.writeLong(300);
      out.writeInt(201);
      out.writeUTF("application/json");
      out.writeInt(0);
      out.writeInt(11);
      out.writeUTF("key");
      out.writeUTF("print");
    }
    var call = new Job.Call("count", "POST", "n=5", "text", true);
    var order = new Job.Order(call, "key", "print", Callbacks.NONE);
    Job job =
        new Job(
            new Job.Origin("id", 7, order, 100, 0),
            JobState.SUCCEEDED,
            2,
            1,
            200,
            new Job.End(300, 201, "application/json", 11),
            Delivery.NONE);
    assertThat(JobCodec.decode(bytes.toByteArray())).isEqualTo(job);
    assertThat(JobCodec.encode(job)).isEqualTo(bytes.toByteArray());
  }
}
