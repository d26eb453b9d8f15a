import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// What is measured and how.
///
/// @param base where Percore serves
/// @param parts the folder of this file
/// @param folder for what servers write
/// @param ordinary a command that takes back the privileges of this client, or an empty text
/// @param scale factor to sizes and times
/// @param rounds of which a makespan is the median
/// @param servers whose latencies are measured
/// @param cores of the machine, and workers of each server
record Setup(
    URI base,
    Path distribution,
    Path parts,
    Path folder,
    String ordinary,
    double scale,
    int rounds,
    List<String> servers,
    int cores) {
  /// Whether a server is to be measured, and can be.
  boolean has(String server) {
    return servers.contains(server) && (server.equals("percore") || Program.isInstalled(server));
  }

  static Setup fromProperties() {
    return new Setup(
        URI.create(System.getProperty("pool.base")),
        Path.of(System.getProperty("pool.distribution")),
        Path.of(System.getProperty("pool.parts")),
        Path.of(System.getProperty("pool.folder")),
        System.getProperty("pool.ordinary"),
        Double.parseDouble(System.getProperty("pool.scale")),
        Integer.getInteger("pool.rounds"),
        List.of(System.getProperty("pool.servers").split(" ")),
        Runtime.getRuntime().availableProcessors());
  }
}
