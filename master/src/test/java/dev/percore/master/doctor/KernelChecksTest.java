package dev.percore.master.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.master.doctor.Finding.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The checks of what the kernel tells, on folders that stand for /proc and /sys.
final class KernelChecksTest {
  private static final long MIB = 1L << 20;

  @TempDir private Path root;
  @TempDir private Path home;

  private HostFiles files() {
    return new HostFiles(root);
  }

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }

  private void cgroup(String own) throws IOException {
    file("sys/fs/cgroup/cgroup.controllers", "cpu memory pids");
    file("proc/self/cgroup", "0::" + own);
  }

  private static Finding the(String id, Check check) {
    return check.findings().stream()
        .filter(finding -> finding.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void comparesTheQueueOfTheKernelWithTheBacklog() throws IOException {
    file("proc/sys/net/core/somaxconn", "128");

    assertThat(the("net.somaxconn", new NetworkChecks(files(), 128, 0)).level())
        .isEqualTo(Level.OK);
    Finding cut = the("net.somaxconn", new NetworkChecks(files(), 1024, 0));
    assertThat(cut.level()).isEqualTo(Level.WARNING);
    assertThat(cut.found()).isEqualTo("128, listen.backlog is 1024");
    assertThat(cut.command()).isEqualTo("sysctl -w net.core.somaxconn=1024");
  }

  @Test
  void looksAtFastOpenOnlyWhereItIsWanted() throws IOException {
    file("proc/sys/net/ipv4/tcp_fastopen", "1");

    assertThat(new NetworkChecks(files(), 1, 0).findings())
        .extracting(Finding::id)
        .doesNotContain("net.tcp_fastopen");
    assertThat(the("net.tcp_fastopen", new NetworkChecks(files(), 1, 16)).command())
        .isEqualTo("sysctl -w net.ipv4.tcp_fastopen=3");
    file("proc/sys/net/ipv4/tcp_fastopen", "3");
    assertThat(the("net.tcp_fastopen", new NetworkChecks(files(), 1, 16)).level())
        .isEqualTo(Level.OK);
  }

  @Test
  void readsWholeNumbersFromTheRealKernel() throws IOException {
    // Each a file that gives its text to the first read alone.
    long bySh = number("cat /proc/sys/kernel/pid_max");
    assertThat(HostFiles.real().number("proc/sys/kernel/pid_max")).hasValue(bySh);
    assertThat(HostFiles.real().field("proc/self/status", "Pid:"))
        .contains(Long.toString(ProcessHandle.current().pid()));
  }

  private static long number(String command) throws IOException {
    Process process = new ProcessBuilder("sh", "-c", command).start();
    try (var lines = process.inputReader()) {
      return Long.parseLong(lines.readLine());
    }
  }

  @Test
  void onlyNotesThatWaitingConnectionsDoNotMigrate() throws IOException {
    Check check = new NetworkChecks(files(), 1, 0);
    assertThat(the("net.tcp_migrate_req", check).level()).isEqualTo(Level.NOTE);
    file("proc/sys/net/ipv4/tcp_migrate_req", "0");
    assertThat(the("net.tcp_migrate_req", check).level()).isEqualTo(Level.NOTE);
    file("proc/sys/net/ipv4/tcp_migrate_req", "1");
    assertThat(the("net.tcp_migrate_req", check).level()).isEqualTo(Level.OK);
  }

  @Test
  void comparesTheDescriptorsWithTheConnections() throws Exception {
    Check check =
        new ResourceChecks(
            files(), Cgroup.of(files()), Configs.of(home, "limits.connections=10000", "workers=2"));
    file("proc/self/limits", "Max open files            1024                 1048576    files");
    assertThat(the("limits.descriptors", check).level()).isEqualTo(Level.OK);
    file("proc/self/limits", "Max open files            1024                 4096       files");
    assertThat(the("limits.descriptors", check).level()).isEqualTo(Level.WARNING);
    assertThat(the("limits.descriptors", check).command()).contains("LimitNOFILE=10210");
    file("proc/self/limits", "Max open files            unlimited  unlimited    files");
    assertThat(the("limits.descriptors", check).level()).isEqualTo(Level.OK);
  }

  @Test
  void takesTheTightestLimitOfThreads() throws Exception {
    cgroup("/");
    Check check =
        new ResourceChecks(
            files(), Cgroup.of(files()), Configs.of(home, "workers=10", "io.threads=18"));
    file("proc/self/limits", "Max processes             5000                 unlimited processes");
    file("proc/sys/kernel/threads-max", "100000");
    assertThat(the("limits.threads", check).level()).isEqualTo(Level.OK);
    file("sys/fs/cgroup/pids.max", "900");
    Finding tight = the("limits.threads", check);
    assertThat(tight.level()).isEqualTo(Level.WARNING);
    assertThat(tight.found()).startsWith("900 ").contains("10 workers need about 500");
  }

  @Test
  void addsTheMemoryOfAllWorkersUp() throws Exception {
    var config = Configs.of(home, "workers=4", "worker.heap=128m", "reload.strategy=blue-green");
    Check check = new MemoryChecks(files(), Cgroup.of(files()), config);

    memory(4096);
    assertThat(the("memory.machine", check).level()).isEqualTo(Level.OK);
    memory(1500); // enough for four, not for eight
    assertThat(the("memory.machine", check).level()).isEqualTo(Level.WARNING);
    memory(1000);
    Finding tooMuch = the("memory.machine", check);
    assertThat(tooMuch.level()).isEqualTo(Level.PROBLEM);
    assertThat(tooMuch.found()).contains("1000 MiB", "4 workers may take 1216 MiB", "2240 MiB");
    assertThat(tooMuch.command()).contains("workers: 3");
  }

  private void memory(long mib) throws IOException {
    file("proc/meminfo", "MemFree: 1 kB\nMemTotal:       " + mib * 1024 + " kB");
  }

  @Test
  void knowsTheTightestLimitOfAllGroupsAbove() throws Exception {
    cgroup("/a/b");
    file("sys/fs/cgroup/a/b/memory.max", "max");
    file("sys/fs/cgroup/a/memory.max", Long.toString(300 * MIB));
    file("sys/fs/cgroup/memory.high", Long.toString(200 * MIB));
    memory(4096);
    var config = Configs.of(home, "workers=1");
    Check check = new MemoryChecks(files(), Cgroup.of(files()), config);

    assertThat(the("memory.machine", check).level()).isEqualTo(Level.OK);
    assertThat(the("memory.cgroup", check).level()).isEqualTo(Level.PROBLEM);
    assertThat(the("memory.high", check).level()).isEqualTo(Level.WARNING);
  }

  @Test
  void notesThatThereIsNoCgroupOfTheSecondVersion() throws Exception {
    file("proc/self/cgroup", "4:memory:/x\n0::/");
    Check check = new MemoryChecks(files(), Cgroup.of(files()), Configs.of(home));

    assertThat(the("memory.cgroup", check).level()).isEqualTo(Level.NOTE);
  }

  @Test
  void tellsOfHugePagesAndStrictOvercommitment() throws Exception {
    memory(4096);
    file("sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never");
    file("proc/sys/vm/overcommit_memory", "2");
    file("proc/meminfo", "MemTotal: 4194304 kB\nCommitLimit: 1024 kB\nCommitted_AS: 512 kB");
    Check check = new MemoryChecks(files(), Cgroup.of(files()), Configs.of(home, "workers=1"));

    assertThat(the("memory.huge_pages", check).level()).isEqualTo(Level.NOTE);
    assertThat(the("memory.overcommit", check).level()).isEqualTo(Level.WARNING);
  }

  @Test
  void comparesTheWorkersWithTheCores() throws IOException {
    file("proc/self/status", "Name:\tx\nCpus_allowed_list:\t0-1,4");

    assertThat(levelOfCores(2)).isEqualTo(Level.NOTE);
    assertThat(levelOfCores(3)).isEqualTo(Level.OK);
    assertThat(levelOfCores(4)).isEqualTo(Level.WARNING);
    assertThat(levelOfSteered(2, true)).isEqualTo(Level.WARNING);
    assertThat(levelOfSteered(3, false)).isEqualTo(Level.WARNING);
    assertThat(levelOfSteered(3, true)).isEqualTo(Level.OK);
  }

  private Level levelOfCores(int workers) {
    return the("cpu.cores", new CpuChecks(files(), Cgroup.of(files()), workers, false, true))
        .level();
  }

  private Level levelOfSteered(int workers, boolean pinned) {
    return the("cpu.cores", new CpuChecks(files(), Cgroup.of(files()), workers, true, pinned))
        .level();
  }

  @Test
  void warnsOfAQuotaThatHaltsTheWorkers() throws IOException {
    file("proc/self/status", "Cpus_allowed_list:\t0-7");
    cgroup("/a");
    file("sys/fs/cgroup/a/cpu.max", "max 100000");
    file("sys/fs/cgroup/cpu.max", "250000 100000");

    Finding quota = the("cpu.quota", new CpuChecks(files(), Cgroup.of(files()), 4, false, true));
    assertThat(quota.level()).isEqualTo(Level.WARNING);
    assertThat(quota.found()).contains("2.50 cores");
    assertThat(quota.command()).isEqualTo("workers: 2");
    assertThat(the("cpu.quota", new CpuChecks(files(), Cgroup.of(files()), 2, false, true)).level())
        .isEqualTo(Level.OK);
  }

  @Test
  void warnsOfASlowClock() throws IOException {
    file("sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet");
    assertThat(
            the("cpu.clock_source", new CpuChecks(files(), Cgroup.of(files()), 1, false, true))
                .level())
        .isEqualTo(Level.WARNING);
  }

  @Test
  void hasNothingWorseThanANoteWhereNothingIsToBeRead() throws Exception {
    List<Finding> findings =
        List.of(
                new NetworkChecks(files(), 1024, 0),
                new ResourceChecks(files(), Cgroup.of(files()), Configs.of(home)),
                new MemoryChecks(files(), Cgroup.of(files()), Configs.of(home)))
            .stream()
            .flatMap(check -> check.findings().stream())
            .toList();
    assertThat(findings).noneMatch(finding -> finding.isWorseThan(Level.NOTE));
  }
}
