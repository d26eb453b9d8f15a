package dev.percore.master.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.percore.master.ExitCode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class CommandFailureTest {
  @Test
  void saysWhyAFileCannotBeUsed() {
    assertThat(text(new AccessDeniedException("/x"))).isEqualTo("cannot read /x: no permission");
    assertThat(text(new NoSuchFileException("/x"))).isEqualTo("cannot read /x: no such file");
    assertThat(text(new FileSystemException("/x", null, "Not a directory")))
        .isEqualTo("cannot read /x: Not a directory");
    assertThat(text(new IOException("Input/output error")))
        .isEqualTo("cannot read /x: Input/output error");
  }

  @Test
  void hasACodeOfItsOwnForNoPermission() {
    assertThat(CommandFailure.of("cannot read /x", new AccessDeniedException("/x")).exitCode())
        .isEqualTo(ExitCode.NO_PERMISSION);
    assertThat(CommandFailure.of("cannot read /x", new NoSuchFileException("/x")).exitCode())
        .isEqualTo(ExitCode.IO_ERROR);
  }

  private static String text(IOException cause) {
    return CommandFailure.of("cannot read /x", cause).text();
  }
}
