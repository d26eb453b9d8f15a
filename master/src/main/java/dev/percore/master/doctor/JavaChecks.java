package dev.percore.master.doctor;

import io.netty.channel.epoll.Epoll;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether this Java is one that the server is tested with, and can load what is native.
record JavaChecks(int release) implements Check {
  private static final int TESTED_RELEASE = 25;

  @Override
  public List<Finding> findings() {
    return List.of(version(), transport(Epoll.unavailabilityCause()));
  }

  private Finding version() {
    String id = "java.version";
    String found =
        "%s of %s, in %s"
            .formatted(
                Runtime.version(),
                System.getProperty("java.vendor"),
                System.getProperty("java.home"));
    return release == TESTED_RELEASE
        ? Finding.ok(id, found)
        : Finding.note(
            id,
            found,
            "The server is tested with release " + TESTED_RELEASE,
            "PERCORE_JAVA_HOME=/path/to/jdk-" + TESTED_RELEASE);
  }

  static Finding transport(@Nullable Throwable unavailable) {
    String id = "java.transport";
    return unavailable == null
        ? Finding.ok(id, "Netty's epoll library loads")
        : Finding.problem(
            id,
            "Netty's epoll library does not load: " + unavailable.getMessage(),
            "It is loaded from lib/native, and if that fails unpacked into the folder of temporary"
                + " files, which fails where that is full or mounted noexec; and it is made for"
                + " x86-64 and aarch64 alone",
            "PERCORE_JAVA_OPTS=-Dio.netty.native.workdir=/var/lib/percore");
  }
}
