package dev.percore.master.service;

import dev.percore.protocol.posix.MonotonicClock;
import dev.percore.protocol.posix.UnixDatagram;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the service manager how the server is (sd_notify(3)): one datagram to the socket that
/// NOTIFY_SOCKET names. Without that variable there is nobody to tell and nothing is done.
/// Confined to the master's event loop; no call waits.
public final class ServiceManager {
  private static final Logger log = LoggerFactory.getLogger(ServiceManager.class);

  private static final String SOCKET = "NOTIFY_SOCKET";
  private static final String WATCHDOG_TIME = "WATCHDOG_USEC";
  private static final String WATCHDOG_PID = "WATCHDOG_PID";
  private static final List<String> OF_THIS_PROCESS_ALONE =
      List.of(WATCHDOG_PID, "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID");

  private final String socket;
  private final Duration watchdog;
  private boolean failing;

  private ServiceManager(String socket, Duration watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /// The service manager that this process's environment names, if any.
  public static ServiceManager of(Map<String, String> environment, long pid) {
    String socket = environment.getOrDefault(SOCKET, "");
    String watched = environment.getOrDefault(WATCHDOG_PID, Long.toString(pid));
    return new ServiceManager(
        socket,
        socket.isEmpty() || !watched.equals(Long.toString(pid))
            ? Duration.ZERO
            : watchdog(environment.getOrDefault(WATCHDOG_TIME, "0")));
  }

  private static Duration watchdog(String micros) {
    try {
      return Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(Long.parseLong(micros)));
    } catch (NumberFormatException notMeantForUs) {
      log.warn("{} is '{}', which is no number of microseconds", WATCHDOG_TIME, micros);
      return Duration.ZERO;
    }
  }

  /// Takes out of an environment what is between the service manager and the master. For workers.
  public static void withhold(Map<String, String> environment) {
    environment.keySet().removeAll(List.of(SOCKET, WATCHDOG_TIME));
    handOn(environment);
  }

  /// Takes out of an environment what is meant for this very process and no other. For a master
  /// that is to take this one's place, and goes on talking to the service manager.
  public static void handOn(Map<String, String> environment) {
    environment.keySet().removeAll(OF_THIS_PROCESS_ALONE);
  }

  /// The server serves: after its start, or after a reload.
  ///
  /// @param status a line for people
  public void ready(String status) {
    tell("READY=1\n" + statusLine(status));
  }

  /// A reload has begun. When it is over, whatever came of it, call [#ready].
  public void reloading() {
    try {
      tell(
          "RELOADING=1\nMONOTONIC_USEC="
              + MonotonicClock.micros()
              + "\n"
              + statusLine("reloading"));
    } catch (IOException noClock) {
      log.warn("the service manager is not told of the reload: {}", noClock.getMessage());
    }
  }

  /// The server stops.
  public void stopping() {
    tell("STOPPING=1\n" + statusLine("stopping"));
  }

  /// Another process is the master from now on. Only the present master may say so.
  public void mainPid(long pid) {
    tell("MAINPID=" + pid);
  }

  /// Gives a sign of life twice as often as the service manager asks for, if it asks, for as
  /// long as the event loop turns. Call it once, when the server serves: earlier nobody looks
  /// for them.
  public void keepAlive(ScheduledExecutorService loop) {
    if (watchdog.isPositive()) {
      long half = Math.max(1, watchdog.toNanos() / 2);
      var _ = loop.scheduleAtFixedRate(() -> tell("WATCHDOG=1"), 0, half, TimeUnit.NANOSECONDS);
    }
  }

  // A line ends the field.
  private static String statusLine(String status) {
    return "STATUS=" + status.replace('\n', ' ');
  }

  private void tell(String message) {
    if (socket.isEmpty()) {
      return;
    }
    try {
      UnixDatagram.send(socket, message);
      failing = false;
    } catch (IOException failure) {
      if (!failing) {
        log.warn(
            "the service manager cannot be told {}: {}",
            message.lines().findFirst().orElse(""),
            failure.getMessage());
      }
      failing = true;
    }
  }
}
