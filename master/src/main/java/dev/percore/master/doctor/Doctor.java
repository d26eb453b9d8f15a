package dev.percore.master.doctor;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.IpText;
import dev.percore.config.net.ListenAddress;
import dev.percore.master.doctor.Finding.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Puts the checks together: those that cost nothing, for each start, and all of them, for the
/// command.
public final class Doctor {
  private Doctor() {}

  /// What is worse than a note, by the checks that only read a few files.
  public static List<Finding> warnings(ServerConfig config) {
    return findings(cheap(config, System.getenv(), false)).stream()
        .filter(finding -> finding.isWorseThan(Level.NOTE))
        .toList();
  }

  /// Everything there is to find.
  ///
  /// @param home the folder of the distribution
  /// @param environment of this process
  /// @param clock tells the time of day
  /// @param runningMaster the pid of the server that runs with this run folder, if one does
  public static List<Finding> examine(
      ServerConfig config,
      Path home,
      Map<String, String> environment,
      InstantSource clock,
      OptionalLong runningMaster) {
    List<Check> checks = new ArrayList<>();
    checks.add(new JavaChecks(Runtime.version().feature()));
    checks.add(new ProgramChecks(config, home));
    checks.add(new PortChecks(addresses(config), runningMaster));
    checks.add(new ClockCheck(clock));
    checks.addAll(cheap(config, environment, true));
    return findings(checks);
  }

  private static List<Check> cheap(
      ServerConfig config, Map<String, String> environment, boolean thorough) {
    HostFiles files = HostFiles.real();
    Cgroup cgroup = Cgroup.of(files);
    return List.of(
        new NetworkChecks(files, config.listen().backlog(), config.listen().fastOpen()),
        new ResourceChecks(files, cgroup, config),
        new MemoryChecks(files, cgroup, config),
        new CpuChecks(
            files, cgroup, config.workers(), config.listen().incomingCpu(), config.worker().pin()),
        new FolderChecks(config, folder -> Files.getFileStore(folder).getUsableSpace()),
        new WebhookChecks(config.webhooks()),
        new UserChecks(config, environment, thorough));
  }

  private static List<PortChecks.Wanted> addresses(ServerConfig config) {
    List<PortChecks.Wanted> wanted = new ArrayList<>();
    for (ListenAddress address : config.listen().addresses()) {
      if (address instanceof ListenAddress.Tcp tcp) {
        wanted.add(new PortChecks.Wanted("listen", IpText.of(tcp.host()), tcp.port()));
      }
    }
    if (config.admin().tcp()) {
      wanted.add(new PortChecks.Wanted("admin", config.admin().address(), config.admin().port()));
    }
    return List.copyOf(wanted);
  }

  private static List<Finding> findings(List<Check> checks) {
    return checks.stream().flatMap(check -> check.findings().stream()).toList();
  }
}
