package dev.percore.protocol.client;

import java.util.Map;

/// An answer, whose body is still to be read.
///
/// @param fields by their names in small letters; of fields that came twice the last one
record HttpAnswer(int status, Map<String, String> fields, HttpBody body) {
  HttpAnswer {
    fields = Map.copyOf(fields);
  }

  /// The value of a field, or an empty text.
  String field(String name) {
    return fields.getOrDefault(name, "");
  }

  boolean isOk() {
    return status / 100 == 2;
  }

  /// Whether the server keeps the connection when the body has been read.
  boolean keepsConnection() {
    return !field("connection").equalsIgnoreCase("close");
  }
}
