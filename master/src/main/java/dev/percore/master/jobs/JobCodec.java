package dev.percore.master.jobs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The form of a [Job] in a store of bytes. Its first byte is the version of the form, since a
/// store outlives the master that wrote it.
final class JobCodec {
  private static final int VERSION = 1;

  private JobCodec() {}

  static byte[] encode(Job job) {
    var bytes = new ByteArrayOutputStream(256);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
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
      out.writeUTF(job.origin().key());
      out.writeUTF(job.origin().fingerprint());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /// @throws IOException if these are not the bytes of a job of this version
  static Job decode(byte[] bytes) throws IOException {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new IOException("a job of version " + version + ", known is " + VERSION);
      }
      String id = in.readUTF();
      long sequence = in.readLong();
      Job.Call call =
          new Job.Call(in.readUTF(), in.readUTF(), readLong(in), readLong(in), in.readBoolean());
      JobState state = state(in.readUTF());
      int attempts = in.readInt();
      int deaths = in.readInt();
      long createdMillis = in.readLong();
      long startedMillis = in.readLong();
      long endedMillis = in.readLong();
      int status = in.readInt();
      String contentType = in.readUTF();
      int requestBytes = in.readInt();
      var end = new Job.End(endedMillis, status, contentType, in.readInt());
      var origin =
          new Job.Origin(
              id, sequence, call, createdMillis, requestBytes, in.readUTF(), in.readUTF());
      return new Job(origin, state, attempts, deaths, startedMillis, end);
    }
  }

  private static JobState state(String name) throws IOException {
    try {
      return JobState.valueOf(name);
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
