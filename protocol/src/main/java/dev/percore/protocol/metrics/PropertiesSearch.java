package dev.percore.protocol.metrics;

import java.util.function.Supplier;

/// Prometheus' library looks for a file `prometheus.properties` in the class path when the first
/// registry of a JVM is made. There is none, and to find that out opens each jar.
public final class PropertiesSearch {
  private PropertiesSearch() {}

  /// Makes a registry without that search.
  public static <T> T without(Supplier<T> registry) {
    Thread thread = Thread.currentThread();
    ClassLoader usual = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      return registry.get();
    } finally {
      thread.setContextClassLoader(usual);
    }
  }
}
