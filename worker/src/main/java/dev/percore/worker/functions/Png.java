package dev.percore.worker.functions;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/// Writes PNG images with a palette of up to 256 colours (RFC 2083, colour type 3). Written out
/// since the JDK's writer would load half of AWT into each worker.
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte BITS_PER_PIXEL = 8;
  private static final byte COLOUR_TYPE_PALETTE = 3;
  private static final byte FILTER_NONE = 0;

  private Png() {}

  /// Gives the pixels of an image, row by row from the top.
  @FunctionalInterface
  interface Rows {
    /// Fills in the palette index of each pixel of a row.
    void fill(int row, byte[] pixels);
  }

  /// Makes an image.
  ///
  /// @param palette red, green, blue of each colour, one after the other
  static byte[] write(int width, int height, byte[] palette, Rows rows) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(SIGNATURE);
      chunk(out, "IHDR", header(width, height));
      chunk(out, "PLTE", palette);
      chunk(out, "IDAT", compressed(width, height, rows));
      chunk(out, "IEND", new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static byte[] header(int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(width);
    out.writeInt(height);
    out.write(new byte[] {BITS_PER_PIXEL, COLOUR_TYPE_PALETTE, 0, 0, 0});
    return bytes.toByteArray();
  }

  private static byte[] compressed(int width, int height, Rows rows) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] pixels = new byte[width];
    try (Deflater deflater = new Deflater();
        DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      for (int row = 0; row < height; row++) {
        rows.fill(row, pixels);
        out.write(FILTER_NONE);
        out.write(pixels);
      }
    }
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) checksum.getValue());
  }
}
