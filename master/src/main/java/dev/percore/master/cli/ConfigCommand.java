package dev.percore.master.cli;

import dev.percore.config.SettingsReference;
import dev.percore.master.ExitCode;
import picocli.CommandLine.Command;

/// `percore config`: what there is to know about the configuration, without a running server.
@Command(
    name = "config",
    description = "Checks, shows and documents the configuration.",
    synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand {
  private final RootCommand percore;

  ConfigCommand(RootCommand percore) {
    this.percore = percore;
  }

  @Command(name = "check", description = "Checks the configuration, as -t does.")
  int check() throws CommandFailure {
    percore.configuration().check();
    return ExitCode.OK.code();
  }

  @Command(name = "show", description = "Prints what is in force and its origins, as -T does.")
  int show() throws CommandFailure {
    percore.configuration().show();
    return ExitCode.OK.code();
  }

  @Command(name = "reference", description = "Prints the reference of all settings, in Markdown.")
  int reference() {
    return print(SettingsReference.markdown());
  }

  @Command(name = "schema", description = "Prints the JSON Schema of the configuration file.")
  int schema() {
    return print(SettingsReference.jsonSchema());
  }

  @Command(name = "default", description = "Prints the configuration file with every default.")
  int shippedFile() {
    return print(SettingsReference.shippedFile());
  }

  private int print(String text) {
    percore.surroundings().out().print(text);
    percore.surroundings().out().flush();
    return ExitCode.OK.code();
  }
}
