package dev.percore.protocol.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Elements of a map that travel in one request. Each outcome is told as soon as it is there; if
/// the connection breaks, only those elements are sent again whose outcome is missing.
final class Batch implements Exchange {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String NDJSON = "application/x-ndjson";

  private final String target;
  private final long first;
  private final List<byte[]> elements;
  private final Consumer<MapEvent.Outcome> told;
  private final Consumer<Batch> whenOver;
  private final Abort abort = new Abort();
  private final BitSet done = new BitSet();

  /// Which elements the request under way has, in its order.
  private List<Integer> sent = List.of();

  /// @param first the place of the first element in the input
  /// @param elements in JSON, at least one
  /// @param told takes each outcome, on any thread
  Batch(
      String target,
      long first,
      List<byte[]> elements,
      Consumer<MapEvent.Outcome> told,
      Consumer<Batch> whenOver) {
    this.target = target;
    this.first = first;
    this.elements = List.copyOf(elements);
    this.told = told;
    this.whenOver = whenOver;
  }

  @Override
  public HttpRequest request() {
    sent = missing();
    var body = new ByteArrayOutputStream();
    for (int element : sent) {
      body.writeBytes(elements.get(element));
      body.write('\n');
    }
    return new HttpRequest("POST", target, NDJSON, body.toByteArray());
  }

  private List<Integer> missing() {
    List<Integer> missing = new ArrayList<>();
    for (int i = done.nextClearBit(0); i < elements.size(); i = done.nextClearBit(i + 1)) {
      missing.add(i);
    }
    return missing;
  }

  @Override
  public void read(HttpAnswer answer) throws IOException {
    if (!answer.isOk()) {
      throw RemoteException.of(answer);
    }
    for (byte[] line = answer.body().line(); line != null; line = answer.body().line()) {
      outcome(line);
    }
    if (done.cardinality() < elements.size()) {
      throw new ProtocolException("the answer does not have all outcomes");
    }
  }

  private void outcome(byte[] line) throws ProtocolException {
    JsonNode outcome;
    try {
      outcome = MAPPER.readTree(line);
    } catch (JacksonException noJson) {
      throw (ProtocolException) new ProtocolException("no outcome").initCause(noJson);
    }
    int index = outcome.path("index").asInt(-1);
    JsonNode result = outcome.get("result");
    JsonNode problem = outcome.get("error");
    if (index < 0 || index >= sent.size() || (result == null) == (problem == null)) {
      throw new ProtocolException("no outcome of an element that was sent");
    }
    int element = sent.get(index);
    if (done.get(element)) {
      throw new ProtocolException("two outcomes of one element");
    }
    tell(
        element,
        result == null ? null : Result.ofElement(result),
        problem == null ? null : RemoteException.of(problem));
  }

  private void tell(int element, @Nullable Result result, @Nullable Throwable failure) {
    done.set(element);
    told.accept(new MapEvent.Outcome(first + element, result, failure));
  }

  @Override
  public void over(@Nullable Throwable failure) {
    missing().forEach(element -> tell(element, null, failure));
    whenOver.accept(this);
  }

  @Override
  public Abort abort() {
    return abort;
  }
}
