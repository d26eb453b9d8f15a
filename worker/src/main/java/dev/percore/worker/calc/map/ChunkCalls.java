package dev.percore.worker.calc.map;

import dev.percore.protocol.peer.PeerMessage.Field;
import dev.percore.worker.calc.CallProblems;
import dev.percore.worker.calc.Catalogue;
import dev.percore.worker.compute.ClientName;
import dev.percore.worker.compute.ComputeTask;
import dev.percore.worker.handoff.Call;
import dev.percore.worker.handoff.Calls;
import dev.percore.worker.http.Reply;
import dev.percore.worker.poison.PoisonGuard;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Chunks on their way between workers. Immutable.
public final class ChunkCalls implements Calls {
  /// No method of HTTP, so that nobody takes a chunk for a call.
  private static final String METHOD = "MAP";

  private static final String FIRST_INDEX = "first";

  private final Catalogue catalogue;
  private final PoisonGuard poison;

  /// @param poison runs the functions
  public ChunkCalls(Catalogue catalogue, PoisonGuard poison) {
    this.catalogue = catalogue;
    this.poison = poison;
  }

  /// Whether a sibling's call is a chunk.
  public static boolean isChunk(Call call) {
    return call.method().equals(METHOD);
  }

  /// What a sibling needs to compute a chunk.
  static Call of(Chunk chunk, ClientName client) {
    String first = Long.toString(chunk.firstIndex());
    return new Call(
        chunk.entry().spec().name(),
        METHOD,
        List.of(new Field(FIRST_INDEX, first)),
        "",
        client,
        join(chunk.elements()));
  }

  @Override
  public Optional<ComputeTask> task(Call call, Reply reply) {
    Catalogue.Entry entry = catalogue.find(call.function());
    if (entry == null) {
      reply.respond(CallProblems.unknownFunction(call.function(), catalogue.names()));
      return Optional.empty();
    }
    long first = Long.parseLong(call.query().getFirst().value());
    Chunk chunk = new Chunk(entry, first, split(call.body()));
    return Optional.of(new ChunkTask(chunk, call.client(), poison, reply));
  }

  // Each element after its length: an element of an array may have any white space in it.
  private static byte[] join(List<byte[]> elements) {
    int length = elements.stream().mapToInt(element -> Integer.BYTES + element.length).sum();
    ByteBuffer joined = ByteBuffer.allocate(length);
    elements.forEach(element -> joined.putInt(element.length).put(element));
    return joined.array();
  }

  private static List<byte[]> split(byte[] joined) {
    List<byte[]> elements = new ArrayList<>();
    ByteBuffer left = ByteBuffer.wrap(joined);
    while (left.hasRemaining()) {
      byte[] element = new byte[left.getInt()];
      left.get(element);
      elements.add(element);
    }
    return elements;
  }
}
