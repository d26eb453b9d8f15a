package dev.percore.worker.plugins;

/// A plugin is broken. The message names its jar, the provider and the reason; a worker must not
/// start without what its operator has put there.
public final class PluginException extends Exception {
  private static final long serialVersionUID = 1L;

  PluginException(String message) {
    super(message);
  }

  PluginException(String message, Throwable cause) {
    super(message, cause);
  }
}
