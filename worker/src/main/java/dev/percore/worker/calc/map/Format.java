package dev.percore.worker.calc.map;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// How the outcomes are put together for the client.
enum Format {
  /// One object a line.
  NDJSON("application/x-ndjson"),
  /// An array of the same objects.
  JSON("application/json");

  private final String mediaType;

  Format(String mediaType) {
    this.mediaType = mediaType;
  }

  String mediaType() {
    return mediaType;
  }

  /// Some outcomes, as a part of the body.
  ///
  /// @param lines NDJSON, at least one line
  /// @param first whether nothing came before
  byte[] part(byte[] lines, boolean first) {
    return switch (this) {
      case NDJSON -> lines;
      case JSON -> {
        ByteArrayOutputStream part = new ByteArrayOutputStream(lines.length + 64);
        part.writeBytes((first ? "[" : ",\n").getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < lines.length - 1; i++) {
          // JSON itself has no line feed here: in texts it is escaped.
          if (lines[i] == '\n') {
            part.write(',');
          }
          part.write(lines[i]);
        }
        yield part.toByteArray();
      }
    };
  }

  /// What ends the body.
  ///
  /// @param empty whether it has had no part
  byte[] end(boolean empty) {
    String end =
        switch (this) {
          case NDJSON -> "";
          case JSON -> empty ? "[]\n" : "]\n";
        };
    return end.getBytes(StandardCharsets.US_ASCII);
  }
}
