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
  private final Deque<M> announcements = new ArrayDeque<>();
  private final Deque<FileDescriptor> descriptors = new ArrayDeque<>();
  private boolean announcementsEnded;

  /// @param taker takes each pair; the descriptor is its to close
  public DescriptorPairing(BiConsumer<M, FileDescriptor> taker) {
    this.taker = taker;
  }

  /// A message has come.
  public void announced(M announcement) {
    announcements.add(announcement);
    join();
  }

  /// A descriptor has come.
  public void arrived(FileDescriptor descriptor) {
    descriptors.add(descriptor);
    join();
  }

  private void join() {
    while (!announcements.isEmpty() && !descriptors.isEmpty()) {
      taker.accept(announcements.remove(), descriptors.remove());
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
