package dev.percore.master.jobs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The form of a [Job] in a store of bytes. Its first byte is the version of the form, since a
/// store outlives the master that wrote it. A job without callbacks has the first form, which older
/// masters know too.
final class JobCodec {
  private static final int FIRST = 1;
  private static final int WITH_CALLBACKS = 2;

  private JobCodec() {}

  static byte[] encode(Job job) {
    var bytes = new ByteArrayOutputStream(256);
    try (var out = new DataOutputStream(bytes)) {
      int version = job.callbacks().isNone() ? FIRST : WITH_CALLBACKS;
      out.writeByte(version);
      out.writeUTF(job.id());
      out.writeLong(job.sequence());
      out.writeUTF(job.call().function());
      out.writeUTF(job.call().method());
      writeLong(out, job.call().query());
      writeLong(out, job.call().contentType());
      out.writeBoolean(job.call().idempotent());
      out.writeUTF(job.state().name());
      out.writeInt(job.attempts());
      out.writeInt(job.deaths());
      out.writeLong(job.origin().createdMillis());
      out.writeLong(job.startedMillis());
      out.writeLong(job.end().millis());
      out.writeInt(job.end().status());
      out.writeUTF(job.end().contentType());
      out.writeInt(job.origin().requestBytes());
      out.writeInt(job.end().bytes());
      out.writeUTF(job.origin().order().key());
      out.writeUTF(job.origin().order().fingerprint());
      if (version == WITH_CALLBACKS) {
        out.writeUTF(job.callbacks().success());
        out.writeUTF(job.callbacks().failure());
        out.writeUTF(job.delivery().state().name());
        out.writeInt(job.delivery().attempts());
        out.writeLong(job.delivery().nextMillis());
        writeLong(out, job.delivery().detail());
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /// @throws IOException if these are not the bytes of a job of this version
  static Job decode(byte[] bytes) throws IOException {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readUnsignedByte();
      if (version != FIRST && version != WITH_CALLBACKS) {
        throw new IOException("a job of version " + version + ", known are 1 and 2");
      }
      String id = in.readUTF();
      long sequence = in.readLong();
      Job.Call call =
          new Job.Call(in.readUTF(), in.readUTF(), readLong(in), readLong(in), in.readBoolean());
      JobState state = constant(JobState.class, in.readUTF());
      int attempts = in.readInt();
      int deaths = in.readInt();
      long createdMillis = in.readLong();
      long startedMillis = in.readLong();
      long endedMillis = in.readLong();
      int status = in.readInt();
      String contentType = in.readUTF();
      int requestBytes = in.readInt();
      var end = new Job.End(endedMillis, status, contentType, in.readInt());
      String key = in.readUTF();
      String fingerprint = in.readUTF();
      boolean first = version == FIRST;
      Callbacks callbacks = first ? Callbacks.NONE : new Callbacks(in.readUTF(), in.readUTF());
      Delivery delivery =
          first
              ? Delivery.NONE
              : new Delivery(
                  constant(Delivery.State.class, in.readUTF()),
                  in.readInt(),
                  in.readLong(),
                  readLong(in));
      var order = new Job.Order(call, key, fingerprint, callbacks);
      var origin = new Job.Origin(id, sequence, order, createdMillis, requestBytes);
      return new Job(origin, state, attempts, deaths, startedMillis, end, delivery);
    }
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) throws IOException {
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException unknown) {
      throw new IOException("a job in the unknown state " + name, unknown);
    }
  }

  // writeUTF ends at 64 KiB, which the limits on a request line and its fields can be raised to.
  private static void writeLong(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static String readLong(DataInputStream in) throws IOException {
    byte[] utf8 = in.readNBytes(in.readInt());
    return new String(utf8, java.nio.charset.StandardCharsets.UTF_8);
  }
}
