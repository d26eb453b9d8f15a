package pool;

import common.Program;
import common.Site;
import java.net.URI;
import java.util.List;

/// What is measured and how.
///
/// @param base where Percore serves
/// @param scale factor to sizes and times
/// @param rounds of which a makespan is the median
/// @param servers whose latencies are measured
record Setup(Site site, URI base, double scale, int rounds, List<String> servers) {
  /// Whether a server is to be measured, and can be.
  boolean has(String server) {
    return servers.contains(server) && (server.equals("percore") || Program.isInstalled(server));
  }

  int cores() {
    return site.cores();
  }

  static Setup fromProperties() {
    return new Setup(
        Site.fromProperties(),
        URI.create(System.getProperty("pool.base")),
        Double.parseDouble(System.getProperty("pool.scale")),
        Integer.getInteger("pool.rounds"),
        List.of(System.getProperty("pool.servers").split(" ")));
  }
}
