package dev.percore.protocol.client;

import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Questions to a master, each on a connection of its own.
record ControlSocket(Path path) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  JsonNode get(String target) throws IOException {
    try (HttpConnection connection = HttpConnection.open(new Endpoint.Unix(path))) {
      HttpAnswer answer = connection.exchange(HttpRequest.get(target));
      if (!answer.isOk()) {
        throw new IOException("the master answers " + target + " with " + answer.status());
      }
      return MAPPER.readTree(answer.body().all());
    } catch (JacksonException noJson) {
      throw new IOException("the master's answer to " + target + " is no JSON", noJson);
    }
  }
}
