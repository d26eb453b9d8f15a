package dev.percore.master.doctor;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalLong;

/// Whether the addresses are to be had: each is bound for a moment, without listening on it.
///
/// @param addresses setting and address, in the order of the findings
/// @param runningMaster the pid of the server that runs with this run folder, which has them
record PortChecks(List<Wanted> addresses, OptionalLong runningMaster) implements Check {

  /// An address that the server listens on.
  ///
  /// @param setting which of the settings asks for it, such as `listen`
  record Wanted(String setting, String host, int port) {}

  @Override
  public List<Finding> findings() {
    if (!Epoll.isAvailable()) {
      return List.of(); // which is told as a problem of its own
    }
    return addresses.stream().map(this::finding).toList();
  }

  private Finding finding(Wanted wanted) {
    String id = "port." + wanted.setting();
    String text = wanted.host() + " port " + wanted.port();
    if (wanted.port() == 0) {
      return Finding.ok(id, wanted.host() + ", a port that the kernel chooses");
    }
    try {
      bind(new InetSocketAddress(InetAddress.ofLiteral(wanted.host()), wanted.port()));
      return Finding.ok(id, text + " is free");
    } catch (IOException failure) {
      if (runningMaster.isPresent()) {
        return Finding.ok(
            id, text + " is in use, and the server runs, pid " + runningMaster.getAsLong());
      }
      return Finding.problem(
          id,
          text + " cannot be bound: " + failure.getMessage(),
          "Stop who has it, choose another, or start as root for a port below 1024",
          "ss -ltnp 'sport = :%d'".formatted(wanted.port()));
    }
  }

  private static void bind(InetSocketAddress address) throws IOException {
    Socket probe = Socket.newSocketStream();
    try {
      probe.setReuseAddress(true);
      probe.bind(address);
    } finally {
      probe.close();
    }
  }
}
