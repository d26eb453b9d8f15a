package dev.percore.master.doctor;

import dev.percore.protocol.posix.Cpus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Whether each worker can have a core of its own.
record CpuChecks(HostFiles files, Cgroup cgroup, int workers, boolean incomingCpu, boolean pinned)
    implements Check {

  @Override
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    int cores =
        files
            .field("proc/self/status", "Cpus_allowed_list:")
            .map(list -> Cpus.parse(list).size())
            .orElseGet(() -> Runtime.getRuntime().availableProcessors());
    findings.add(cores(cores));
    cgroup.cpus().ifPresent(cpus -> findings.add(quota(cpus, cores)));
    findings.add(clockSource());
    return findings;
  }

  private Finding cores(int cores) {
    String id = "cpu.cores";
    String found = "%d workers, %d cores may be used".formatted(workers, cores);
    if (workers > cores) {
      return Finding.warning(
          id,
          found,
          "Have a worker for each core: more of them take turns on the cores, and each needs"
              + " memory",
          "workers: auto");
    }
    if (incomingCpu && (workers < cores || !pinned)) {
      return Finding.warning(
          id,
          found + ", listen.incoming_cpu is on",
          "Have a worker for each core, bound to it, or turn listen.incoming_cpu off: it has no"
              + " effect with fewer of them, and little use if they move",
          "workers: auto, worker.pin: true");
    }
    return workers == cores
        ? Finding.ok(id, found)
        : Finding.note(id, found, "The other cores are left to others", "workers: auto");
  }

  private Finding quota(double cpus, int cores) {
    String id = "cpu.quota";
    String found =
        String.format(
            Locale.ROOT,
            "the cgroup may use %.2f cores' time, there are %d workers",
            cpus,
            workers);
    if (cpus >= Math.min(workers, cores)) {
      return Finding.ok(id, found);
    }
    return Finding.warning(
        id,
        found,
        "Have no more workers than that, or raise the quota: when it is used up, the kernel halts"
            + " all of them until the period ends, and every answer waits",
        "workers: " + Math.max(1, (int) cpus));
  }

  private Finding clockSource() {
    String id = "cpu.clock_source";
    String source =
        files
            .text("sys/devices/system/clocksource/clocksource0/current_clocksource")
            .orElse("not to be read here");
    return List.of("hpet", "acpi_pm", "jiffies", "refined-jiffies").contains(source)
        ? Finding.warning(
            id,
            source,
            "Use tsc or the clock of the hypervisor: with this one every look at the time is a slow"
                + " system call, and a server looks often",
            "clocksource=tsc on the kernel's command line")
        : Finding.ok(id, source);
  }
}
