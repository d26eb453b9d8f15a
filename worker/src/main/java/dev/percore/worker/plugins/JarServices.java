package dev.percore.worker.plugins;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/// The loader of all plugins, seen through one jar: its classes come from all of them, its
/// resources from that jar alone. So a [java.util.ServiceLoader] finds what this jar declares, not
/// what its siblings or the server's own jars do, and an error belongs to one jar.
final class JarServices extends ClassLoader {
  private final URLClassLoader all;
  private final String prefix;

  JarServices(URLClassLoader all, URL jar) {
    super(all);
    this.all = all;
    this.prefix = "jar:" + jar + "!/";
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> here = new ArrayList<>();
    for (URL url : Collections.list(all.findResources(name))) {
      if (url.toString().startsWith(prefix)) {
        here.add(url);
      }
    }
    return Collections.enumeration(here);
  }
}
