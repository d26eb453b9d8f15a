package table;

import common.Program;
import common.Site;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// How wrk loads a server.
///
/// @param depth requests on their way at a time on each connection
/// @param options further ones of wrk
record Wrk(Site site, int connections, int depth, List<String> options) {

  /// @param bytes of all that was received, which includes answers that were not whole at the end
  /// @param errors of sockets, time-outs among them
  /// @param refused answers with a status of 400 or above
  record Figures(
      long requests, double seconds, long bytes, double p50, double p99, int errors, int refused) {
    double perSecond() {
      return requests / seconds;
    }
  }

  Figures run(String url, int seconds) throws IOException, InterruptedException {
    for (String line : Program.output(site, command(url, seconds)).lines().toList()) {
      if (line.startsWith("figures ")) {
        String[] words = line.split(" ");
        return new Figures(
            Long.parseLong(words[1]),
            Long.parseLong(words[2]) / 1e6,
            Long.parseLong(words[3]),
            Double.parseDouble(words[4]),
            Double.parseDouble(words[5]),
            Integer.parseInt(words[6]),
            Integer.parseInt(words[7]));
      }
    }
    throw new IOException("wrk printed no figures");
  }

  List<String> command(String url, int seconds) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("wrk", "-t", "" + Math.min(site.cores(), connections)));
    command.addAll(List.of("-c", "" + connections, "-d", seconds + "s", "--timeout", "10s"));
    command.addAll(options);
    command.addAll(List.of("-s", site.parts().resolve("table/figures.lua").toString(), url));
    if (depth > 1) {
      command.addAll(List.of("--", "" + depth));
    }
    return command;
  }
}
