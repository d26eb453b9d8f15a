package dev.percore.master.doctor;

import dev.percore.config.ServerConfig;
import dev.percore.master.webhook.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/// The file with the secrets that webhooks are signed with, if there is one.
record WebhookChecks(ServerConfig.Webhooks settings) implements Check {
  private static final String ID = "webhooks.secret_file";

  @Override
  public List<Finding> findings() {
    Path file = settings.secretFile();
    return file == null ? List.of() : List.of(secrets(file));
  }

  private static Finding secrets(Path file) {
    try {
      var _ = Secrets.read(file);
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
      String found = file + " has the rights " + PosixFilePermissions.toString(rights);
      return rights.contains(PosixFilePermission.OTHERS_READ)
          ? Finding.warning(
              ID,
              found,
              "Who knows a secret can send what receivers take for news of this server",
              "chmod o= " + file)
          : Finding.ok(ID, found);
    } catch (IOException unreadable) {
      return Finding.problem(
          ID,
          "No webhook can be signed: " + unreadable.getMessage(),
          "Write a secret into the file, and let the user of the master read it",
          "echo \"whsec_$(head -c 32 /dev/urandom | base64)\" > " + file);
    }
  }
}
