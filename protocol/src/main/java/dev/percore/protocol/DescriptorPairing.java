package dev.percore.protocol;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Joins descriptors to the messages that announced them. Both come in the same order but over
/// two connections, so either may be first. Confined to one event loop.
///
/// @param <M> what a message says about its descriptor
public final class DescriptorPairing<M> {
  private static final Logger log = LoggerFactory.getLogger(DescriptorPairing.class);

  private final BiConsumer<M, FileDescriptor> taker;
  private final Runnable receipt;
  private final Deque<Expected<M>> expected = new ArrayDeque<>();
  private final Deque<FileDescriptor> descriptors = new ArrayDeque<>();
  private boolean announcementsEnded;

  /// What comes next, by the order of the messages.
  private sealed interface Expected<M> {
    /// A descriptor.
    record Descriptor<M>(M announcement) implements Expected<M> {}

    /// Something that must not come before those that were announced earlier.
    record Step<M>(Runnable step) implements Expected<M> {}
  }

  /// @param taker takes each pair; the descriptor is its to close
  /// @param receipt tells the other side that a descriptor has arrived
  public DescriptorPairing(BiConsumer<M, FileDescriptor> taker, Runnable receipt) {
    this.taker = taker;
    this.receipt = receipt;
  }

  /// A message has come.
  public void announced(M announcement) {
    expected.add(new Expected.Descriptor<>(announcement));
    join();
  }

  /// A message without a descriptor has come: does what it says when all that was announced before
  /// it is here.
  public void then(Runnable step) {
    expected.add(new Expected.Step<>(step));
    join();
  }

  /// A descriptor has come.
  public void arrived(FileDescriptor descriptor) {
    descriptors.add(descriptor);
    join();
  }

  private void join() {
    while (!expected.isEmpty()) {
      switch (expected.getFirst()) {
        case Expected.Step<M>(Runnable step) -> {
          expected.remove();
          step.run();
        }
        case Expected.Descriptor<M>(M announcement) -> {
          if (descriptors.isEmpty()) {
            return;
          }
          expected.remove();
          receipt.run();
          taker.accept(announcement, descriptors.remove());
        }
      }
    }
    if (announcementsEnded) {
      closeUnannounced();
    }
  }

  /// No more messages will come: closes descriptors that none of them announced, now and later.
  public void endAnnouncements() {
    announcementsEnded = true;
    closeUnannounced();
  }

  private void closeUnannounced() {
    for (FileDescriptor descriptor : descriptors) {
      try {
        descriptor.close();
      } catch (IOException failure) {
        log.warn("a descriptor cannot be closed: {}", failure.getMessage());
      }
    }
    descriptors.clear();
  }
}
