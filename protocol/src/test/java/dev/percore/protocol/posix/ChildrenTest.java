package dev.percore.protocol.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ChildrenTest {

  @Test
  void leavesTheExitStatusToWhoWaitsForIt() throws Exception {
    Process child = new ProcessBuilder("sh", "-c", "exit 7").start();
    while (child.isAlive()) {
      var _ = Children.ended();
    }
    assertThat(child.waitFor()).isEqualTo(7);
  }

  @Test
  void reapsNothingThatIsNoChildOrHasNotEnded() throws IOException {
    Process child = new ProcessBuilder("sleep", "60").start();
    try {
      assertThat(Children.reap(child.pid())).isFalse();
      assertThat(Children.reap(1)).isFalse();
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void tellsWhetherOrphansComeToThisProcess() throws IOException {
    assertThat(Children.adoptsOrphans()).isEqualTo(ProcessHandle.current().pid() == 1);
  }
}
