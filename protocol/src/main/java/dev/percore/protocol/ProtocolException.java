package dev.percore.protocol;

/// The peer sent something that is not a message of this protocol version. The connection is of
/// no more use.
public final class ProtocolException extends Exception {
  private static final long serialVersionUID = 1L;

  public ProtocolException(String message) {
    super(message);
  }

  public ProtocolException(String message, Throwable cause) {
    super(message, cause);
  }
}
