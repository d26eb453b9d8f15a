package dev.percore.protocol.client;

import java.util.Map;

/// An answer, whole.
///
/// @param fields by their names in small letters; of fields that came twice the last one
/// @param body not to be changed
record HttpAnswer(int status, Map<String, String> fields, byte[] body) {
  HttpAnswer {
    fields = Map.copyOf(fields);
  }

  String field(String name) {
    return fields.getOrDefault(name, "");
  }

  boolean isOk() {
    return status / 100 == 2;
  }
}
