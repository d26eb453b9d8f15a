package dev.percore.protocol.posix;

import java.io.IOException;

/// A system call failed. The message names the call, its subject and the reason.
public final class PosixException extends IOException {
  private static final long serialVersionUID = 1L;

  PosixException(String call, int errno) {
    super(call + " failed: " + Libc.describe(errno) + " (errno " + errno + ")");
  }

  PosixException(String message) {
    super(message);
  }
}
