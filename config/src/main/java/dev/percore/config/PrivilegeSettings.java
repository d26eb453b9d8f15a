package dev.percore.config;

import dev.percore.config.value.Text;
import java.util.regex.Pattern;

/// As whom the workers run, and what others may do with the files that are made.
final class PrivilegeSettings {
  static final Declarations DECLARED = new Declarations();

  static final Setting<String> USER =
      DECLARED.add(
          new Setting<>(
              "user",
              new Text(
                  Pattern.compile(
                      "^$|^[A-Za-z_][A-Za-z0-9._-]{0,63}(:[A-Za-z_][A-Za-z0-9._-]{0,63})?$"),
                  "a user's name, or name:group, or \"\" for the one who starts the server"),
              "",
              "User as whom the workers run when root starts the server; without a group, with the"
                  + " user's own. The master stays root, so that it can listen on ports below"
                  + " 1024.",
              true));
  static final Setting<String> UMASK =
      DECLARED.add(
          new Setting<>(
              "umask",
              new Text(Pattern.compile("^0?[0-7]{3}$"), "three octal digits, such as 027"),
              "027",
              "Rights that new files and folders of master and workers do not get, as umask(1)"
                  + " takes them: with 027 the group may read and others may do nothing.",
              true));

  private PrivilegeSettings() {}
}
