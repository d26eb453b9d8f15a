package dev.percore.worker.calc.map;

import dev.percore.worker.calc.Catalogue;
import java.util.List;

/// Elements that are computed together, by one task.
///
/// @param firstIndex place of the first one in the request, from 0
/// @param elements their JSON texts, at least one
record Chunk(Catalogue.Entry entry, long firstIndex, List<byte[]> elements) {
  Chunk {
    elements = List.copyOf(elements);
  }

  /// What is left when the first ones have their outcome.
  Chunk without(int count) {
    return new Chunk(entry, firstIndex + count, elements.subList(count, elements.size()));
  }

  /// Bytes of the first elements.
  long bytes(int count) {
    return elements.subList(0, count).stream().mapToLong(element -> element.length).sum();
  }

  int size() {
    return elements.size();
  }
}
