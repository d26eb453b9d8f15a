package dev.percore.config;

import java.util.List;
import java.util.Optional;

/// A group of settings.
///
/// @param name its name in the file
/// @param text what it is about, in a sentence
public record Section(String name, String text) {

  private static final List<Section> ALL =
      List.of(
          new Section("listen", "Where the service listens, and how."),
          new Section("admin", "Where metrics and the list of workers are served."),
          new Section("worker", "How a worker's JVM is started, and how long it serves."),
          new Section("io", "The pool of threads for handlers that block."),
          new Section("compute", "The lane that computes, one in each worker."),
          new Section("jobs", "Calls that are accepted now and computed later."),
          new Section("poison", "Calls at which workers die."),
          new Section("webhooks", "Who is told of the ends of jobs."),
          new Section("limits", "Limits on what a client may send."),
          new Section(
              "client_limits",
              "Limits on each client, counted across all workers. All are off by default."),
          new Section("timeouts", "How long a client may take."),
          new Section("shutdown", "How long a stop may take."),
          new Section("reload", "How a reload changes over to a new configuration."),
          new Section("supervision", "When a worker is killed or replaced."),
          new Section("bundles", "What is kept of a worker that died."),
          new Section("log", "The server's own log."),
          new Section("access_log", "The log of requests."),
          new Section("static", "Files served from a folder."));

  /// Every section, in the order of the reference.
  public static List<Section> all() {
    return ALL;
  }

  /// The section of a name.
  public static Optional<Section> find(String name) {
    return ALL.stream().filter(section -> section.name().equals(name)).findFirst();
  }
}
