package dev.percore.master.listen;

import java.io.IOException;

/// An address cannot be listened on: it is taken, or not an address of this machine, or the port is
/// for root alone. The message says which address and why.
public final class ListenException extends IOException {
  private static final long serialVersionUID = 1L;

  public ListenException(String address, Throwable cause) {
    super("cannot listen on " + address + ": " + cause.getMessage(), cause);
  }
}
