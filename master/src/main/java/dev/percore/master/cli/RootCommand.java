package dev.percore.master.cli;

import dev.percore.config.Version;
import dev.percore.master.ExitCode;
import dev.percore.master.Origin;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/// The command `percore`: without a subcommand it runs the server, or does what one of the
/// options known from nginx asks for.
@Command(
    name = "percore",
    header = "Percore: a prefork application server, one worker process per core on one port.",
    description = "Without a command it runs the server in the foreground.",
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 the configuration has problems, 3 not running,",
      "4 no answer in time, 64 wrong usage, 65 the workers could not be started,",
      "69 not available, 70 an error of percore's own, 74 a file cannot be used,",
      "77 no permission."
    })
final class RootCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "Configuration file; by default $PERCORE_CONFIG, or conf/percore.yaml of the"
              + " distribution.")
  private @Nullable Path configFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      scope = ScopeType.INHERIT,
      description = "Sets one setting over file and environment; may be repeated.")
  @SuppressWarnings("UnusedVariable") // see overrides
  private List<String> lastOverrides = List.of();

  /// What `--set` gives, before and behind the commands. picocli begins a new list at each
  /// command.
  private List<String> overrides = List.of();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Shows this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @ArgGroup private @Nullable Action action;

  /// What is done in place of running the server; one thing at a time.
  private static final class Action {
    @Option(names = "-t", description = "Checks the configuration.")
    private boolean check;

    @Option(names = "-T", description = "Prints every setting in force, and its origin.")
    private boolean show;

    @Option(
        names = "-s",
        paramLabel = "SIGNAL",
        description =
            "Has the running server stop or quit, for which it does not wait, or reload,"
                + " reopen its logs, or upgrade.")
    private @Nullable String signal;

    @Option(names = "-v", description = "Prints the version.")
    @SuppressWarnings("UnusedVariable") // what is left when the others are not given
    private boolean version;

    @Option(names = "-V", description = "Prints the version, Java and folders.")
    private boolean details;
  }

  private RootCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// The whole command line, ready to execute once.
  static CommandLine commandLine(Surroundings surroundings) {
    RootCommand percore = new RootCommand(surroundings);
    return new CommandLine(percore)
        .addSubcommand(new RunCommand(percore))
        .addSubcommand(new StopCommand(percore))
        .addSubcommand(new StatusCommand(percore))
        .addSubcommand(new WorkersCommand(percore))
        .addSubcommand(new PoolCommand(percore))
        .addSubcommand(new PoisonCommand(percore))
        .addSubcommand(new DumpCommand(percore))
        .addSubcommand(new ConfigCommand(percore))
        .addSubcommand(new DoctorCommand(percore))
        .addSubcommand(new TrainCommand(surroundings))
        .addSubcommand(new CompletionCommand(surroundings))
        .registerConverter(Duration.class, new TimeSpanConverter())
        .setAllowSubcommandsAsOptionParameters(true) // -s stop
        .setOut(surroundings.out())
        .setErr(surroundings.err())
        .setExecutionStrategy(percore::execute)
        .setParameterExceptionHandler(Failures::wrongUsage)
        .setExecutionExceptionHandler(Failures::failed);
  }

  /// Gathers `--set`, and refuses an option of [Action] beside a command, since one of the two
  /// would go unheard.
  private int execute(ParseResult parsed) {
    if (action != null && parsed.hasSubcommand()) {
      throw new ParameterException(
          parsed.commandSpec().commandLine(), "-t, -T, -s, -v and -V go without a command");
    }
    overrides =
        parsed.asCommandLineList().stream()
            .map(command -> command.getParseResult().matchedOption("--set"))
            .filter(Objects::nonNull)
            .flatMap(option -> option.stringValues().stream())
            .toList();
    return new RunLast().execute(parsed);
  }

  /// Does what the option asks for, or runs the server.
  @Override
  public Integer call() throws CommandFailure {
    if (action == null) {
      return run(Origin.ORDINARY);
    }
    if (action.check) {
      configuration().check();
    } else if (action.show) {
      configuration().show();
    } else if (action.signal != null) {
      Order order = Order.of(action.signal);
      return order.give(configuration().ofRunningServer(), surroundings.out()).code();
    } else {
      printVersion(action.details);
    }
    return ExitCode.OK.code();
  }

  private void printVersion(boolean details) {
    PrintWriter out = surroundings.out();
    out.println("percore " + Version.current());
    if (details) {
      out.println("java    " + Runtime.version() + ", " + System.getProperty("java.home"));
      out.println(
          "system  %s %s".formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
      out.println("home    " + surroundings.home());
      out.println("config  " + configuration().sources().file());
    }
  }

  /// @param origin who starts it
  int run(Origin origin) throws CommandFailure {
    return configuration().run(surroundings, origin);
  }

  Configuration configuration() {
    return Configuration.of(surroundings, configFile, overrides);
  }

  Surroundings surroundings() {
    return surroundings;
  }
}
