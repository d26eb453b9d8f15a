package dev.percore.master.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class OrphansTest {
  private final FakeKernel kernel = new FakeKernel();
  private final Orphans orphans = new Orphans(kernel);

  @Test
  void takesAZombieThatNobodyWaitsFor() throws IOException {
    kernel.zombies.add(7L);
    look(Orphans.LOOKS - 1);
    assertThat(kernel.buried).isEmpty();
    look(1);
    assertThat(kernel.buried).containsExactly(7L);
  }

  @Test
  void leavesAZombieToWhoWaitsForIt() throws IOException {
    kernel.zombies.add(7L);
    kernel.zombies.add(8L);
    look(Orphans.LOOKS - 1);
    kernel.zombies.remove(7L); // its exit status was taken
    look(1);
    kernel.zombies.add(7L); // another process of the same pid
    look(Orphans.LOOKS - 1);
    assertThat(kernel.buried).containsExactly(8L);
  }

  @Test
  void readsTheProcessesOnlyWhereThereIsAZombie() throws IOException {
    look(5);
    assertThat(kernel.scans).isZero();
  }

  private void look(int times) throws IOException {
    for (int i = 0; i < times; i++) {
      orphans.look();
    }
  }

  private static final class FakeKernel implements Orphans.Kernel {
    private final Set<Long> zombies = new TreeSet<>();
    private final Set<Long> buried = new HashSet<>();
    private int scans;

    @Override
    public boolean hasZombie() {
      return !zombies.isEmpty();
    }

    @Override
    public Set<Long> zombies() {
      scans++;
      return Set.copyOf(zombies);
    }

    @Override
    public void bury(long pid) {
      zombies.remove(pid);
      buried.add(pid);
    }
  }
}
