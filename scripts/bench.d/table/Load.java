package table;

import common.Http;
import common.Question;
import common.Server;
import java.io.IOException;
import java.util.List;

/// wrk asking one question, with a client beside it that looks at answers.
///
/// @param depth requests on their way at a time on each connection
/// @param options further ones of wrk
/// @param sized whether all answers have the same size, so that wrk's bytes tell of each
record Load(Bench bench, Question question, int depth, List<String> options, boolean sized) {
  private static final int CONNECTIONS = 64;
  private static final int WARM_UPS_MAX = 4;
  private static final double STILL_FASTER = 1.05;

  static Load of(Bench bench, Question question, boolean sized) {
    return new Load(bench, question, 1, List.of(), sized);
  }

  /// Has a server at work until it gets no faster, since compilers take their time on cores that are
  /// busy. A server that needs none of it gets it all the same.
  void warmUp(Server server) throws Exception {
    double before = 0;
    for (int i = 0; i < WARM_UPS_MAX; i++) {
      double now = on(server).perSecond();
      if (now < before * STILL_FASTER) {
        return;
      }
      before = now;
    }
  }

  Wrk.Figures on(Server server) throws Exception {
    return on(server, bench.seconds());
  }

  /// @throws IOException if an answer was wrong or missing
  Wrk.Figures on(Server server, int seconds) throws Exception {
    Wrk wrk = new Wrk(bench.site(), CONNECTIONS, depth, options);
    String url = server.base() + question.target();
    bench.commands().note(String.join(" ", wrk.command(url, bench.seconds())));
    int size = answerBytes(server);
    try (Checker checker = Checker.start(server.base(), question)) {
      Wrk.Figures figures = wrk.run(url, seconds);
      checker.verdict();
      check(figures, size);
      return figures;
    }
  }

  private int answerBytes(Server server) throws IOException {
    try (Http connection = new Http(server.base())) {
      return connection.ask(question).bytes();
    }
  }

  private void check(Wrk.Figures figures, int size) throws IOException {
    if (figures.errors() > 0 || figures.refused() > 0 || figures.requests() == 0) {
      throw new IOException("wrk saw errors: " + figures);
    }
    // What had begun to arrive at the end is in the bytes and not in the requests.
    long unfinished = (long) CONNECTIONS * depth * size;
    long surplus = figures.bytes() - figures.requests() * size;
    if (sized && (surplus < 0 || surplus > unfinished)) {
      throw new IOException("answers are not of %d bytes each: %s".formatted(size, figures));
    }
  }
}
