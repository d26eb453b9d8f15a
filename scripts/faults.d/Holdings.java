import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// What a server without clients holds: descriptors, zombies, and files in its run folder. What
/// names contain of numbers does not matter.
///
/// @param workers the sum over all workers
record Holdings(List<String> master, List<String> workers, long zombies, List<String> runFolder) {

  static Holdings of(Percore server) throws Exception {
    Set<Long> workers = server.workers();
    for (long worker : workers) {
      Os.await(
          "pid " + worker + " has no clients",
          30,
          () -> Os.clientPorts(worker, server.port()).isEmpty());
    }
    List<String> held = new ArrayList<>();
    for (long worker : workers) {
      held.addAll(Os.descriptors(worker).values());
    }
    return new Holdings(
        plain(Os.descriptors(server.masterPid()).values()),
        plain(held),
        Os.zombies(server.masterPid()),
        plain(Os.list(server.runFolder())));
  }

  /// The same when what is on its way out has had its time: a worker that has just been replaced
  /// leaves some milliseconds later than its clients. What leaks stays for ever.
  static Holdings settled(Percore server, Holdings expected) throws Exception {
    return Os.isWithin(10, () -> of(server).equals(expected)) ? expected : of(server);
  }

  private static List<String> plain(Collection<String> names) {
    return names.stream().map(name -> name.replaceAll("[0-9]+", "#")).sorted().toList();
  }

  /// What is here and not there.
  List<String> beyond(Holdings other) {
    List<String> more = new ArrayList<>();
    more.addAll(master);
    more.addAll(workers);
    more.addAll(runFolder);
    List<String> less = new ArrayList<>();
    less.addAll(other.master);
    less.addAll(other.workers);
    less.addAll(other.runFolder);
    less.forEach(more::remove);
    return more;
  }

  @Override
  public String toString() {
    return "%d descriptors in the master, %d in the workers, %d zombies, %d files in the run folder"
        .formatted(master.size(), workers.size(), zombies, runFolder.size());
  }
}
