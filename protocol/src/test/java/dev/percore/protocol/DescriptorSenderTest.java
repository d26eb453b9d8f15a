package dev.percore.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.FileDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class DescriptorSenderTest {
  private static final FileDescriptor DESCRIPTOR = new FileDescriptor(0);

  private final EmbeddedChannel descriptors = new EmbeddedChannel();
  private final List<String> announced = new ArrayList<>();
  private final DescriptorSender<String> sender =
      new DescriptorSender<>(descriptors, announced::add);

  DescriptorSenderTest() {
    descriptors.freezeTime();
  }

  @Test
  void sendsTheNextWhenTheOneBeforeHasArrived() {
    var _ = sender.send("a", DESCRIPTOR);
    var _ = sender.send("b", DESCRIPTOR);
    assertThat(announced).containsExactly("a");
    assertThat(sender.isReady()).isFalse();
    sender.received();
    assertThat(announced).containsExactly("a", "b");
    sender.received();
    assertThat(sender.isReady()).isTrue();
    assertThat(descriptors.outboundMessages()).hasSize(2);
  }

  @Test
  void givesUpWithoutAReceipt() {
    var first = sender.send("a", DESCRIPTOR);
    var second = sender.send("b", DESCRIPTOR);
    pass(29);
    assertThat(descriptors.isOpen()).isTrue();
    pass(2);
    assertThat(descriptors.isOpen()).isFalse();
    assertThat(first.isSuccess()).isTrue();
    assertThat(second.isSuccess()).isFalse();
    assertThat(second.isDone()).isTrue();
  }

  @Test
  void waitsForEachReceiptOnItsOwnAndForNoneAfterTheLast() {
    var _ = sender.send("a", DESCRIPTOR);
    var _ = sender.send("b", DESCRIPTOR);
    pass(29);
    sender.received();
    pass(29);
    sender.received();
    pass(60);
    assertThat(descriptors.isOpen()).isTrue();
    assertThat(descriptors.runScheduledPendingTasks()).as("no timer is left").isEqualTo(-1);
  }

  private void pass(long seconds) {
    descriptors.advanceTimeBy(seconds, TimeUnit.SECONDS);
    descriptors.runScheduledPendingTasks();
    descriptors.runPendingTasks();
  }
}
