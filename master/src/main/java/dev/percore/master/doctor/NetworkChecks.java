package dev.percore.master.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The kernel's settings of listening sockets.
///
/// @param backlog what the settings want
/// @param fastOpen connections that may carry data in their first packet; 0 if that is off
record NetworkChecks(HostFiles files, int backlog, int fastOpen) implements Check {
  private static final int FAST_OPEN_OF_SERVERS = 2;

  @Override
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(somaxconn());
    findings.add(migration());
    if (fastOpen > 0) {
      findings.add(fastOpenOfServers());
    }
    return findings;
  }

  private Finding somaxconn() {
    String id = "net.somaxconn";
    OptionalLong limit = files.number("proc/sys/net/core/somaxconn");
    if (limit.isEmpty()) {
      return Finding.note(id, "net.core.somaxconn is not to be read here", "", "");
    }
    String found = "%d, listen.backlog is %d".formatted(limit.getAsLong(), backlog);
    return limit.getAsLong() >= backlog
        ? Finding.ok(id, found)
        : Finding.warning(
            id,
            found,
            "Raise it to the backlog: the kernel cuts the queue of each worker to this number, and"
                + " drops what comes in a burst beyond it",
            "sysctl -w net.core.somaxconn=" + backlog);
  }

  private Finding migration() {
    String id = "net.tcp_migrate_req";
    OptionalLong value = files.number("proc/sys/net/ipv4/tcp_migrate_req");
    if (value.isPresent() && value.getAsLong() == 1) {
      return Finding.ok(id, "1");
    }
    return Finding.note(
        id,
        value.isPresent() ? "0" : "not known to this kernel (before 5.14) or container",
        "With 1 connections that wait on a socket move to the others when it closes, as when the"
            + " number of workers falls. A worker's death needs none of it: the master keeps the"
            + " sockets",
        value.isPresent() ? "sysctl -w net.ipv4.tcp_migrate_req=1" : "");
  }

  private Finding fastOpenOfServers() {
    String id = "net.tcp_fastopen";
    long value = files.number("proc/sys/net/ipv4/tcp_fastopen").orElse(0);
    return (value & FAST_OPEN_OF_SERVERS) != 0
        ? Finding.ok(id, Long.toString(value))
        : Finding.warning(
            id,
            value + ", listen.fast_open is on",
            "Set the bit of servers (2): without it the setting does nothing",
            "sysctl -w net.ipv4.tcp_fastopen=" + (value | FAST_OPEN_OF_SERVERS));
  }
}
