package dev.percore.worker.plugins;

import dev.percore.worker.api.BlockingHandler;
import dev.percore.worker.api.ComputeFunction;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All functions and handlers of a worker: the built-in ones of the server's own jar, and those of
/// the jars in the plugins folder. The jars share one class loader, so one may bring libraries for
/// another. Closing it closes the handlers.
public final class Plugins implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

  private final URLClassLoader loader;
  private final Found found = new Found();
  private int builtIn;

  private Plugins(URLClassLoader loader) {
    this.loader = loader;
  }

  /// Loads what the folder has; a folder that does not exist has nothing.
  ///
  /// @throws PluginException when any of it is broken; nothing is left open then
  public static Plugins load(Path folder) throws PluginException {
    return load(folder, Plugins.class.getClassLoader(), new OwnServices(Plugins.class));
  }

  /// The same, with loaders of others.
  ///
  /// @param parent of the loader of the jars
  /// @param builtIn declares the built-in ones
  static Plugins load(Path folder, ClassLoader parent, ClassLoader builtIn) throws PluginException {
    List<Path> jars = jars(folder);
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = checkedUrl(jars.get(i));
    }
    URLClassLoader loader = new URLClassLoader("plugins", urls, parent);
    Plugins plugins = new Plugins(loader);
    Thread thread = Thread.currentThread();
    ClassLoader context = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      List<String> shipped = plugins.take(new Place("the class path", builtIn, null));
      plugins.builtIn = plugins.found.functions().size();
      List<String> added = new ArrayList<>();
      for (int i = 0; i < urls.length; i++) {
        String name = String.valueOf(jars.get(i).getFileName());
        added.add(
            name
                + " "
                + plugins.take(
                    new Place("plugin " + name, new JarServices(loader, urls[i]), urls[i])));
      }
      LOG.debug("built in: {}", shipped);
      if (!added.isEmpty()) {
        LOG.info("plugins in {}: {}", folder, added);
      }
      return plugins;
    } catch (PluginException e) {
      plugins.close();
      throw e;
    } finally {
      thread.setContextClassLoader(context);
    }
  }

  /// The built-in functions.
  public List<ComputeFunction> builtIn() {
    return List.copyOf(found.functions().subList(0, builtIn));
  }

  /// The functions of the jars, by name of the jar.
  public List<ComputeFunction> added() {
    return List.copyOf(found.functions().subList(builtIn, found.functions().size()));
  }

  /// All functions, the built-in ones first.
  public List<ComputeFunction> functions() {
    return List.copyOf(found.functions());
  }

  /// The handlers in the same order.
  public List<BlockingHandler> handlers() {
    return List.copyOf(found.handlers());
  }

  /// Closes the handlers, and then the jars.
  @Override
  public void close() {
    for (BlockingHandler handler : found.handlers()) {
      try {
        handler.close();
      } catch (RuntimeException | LinkageError e) {
        LOG.error("the handler {} failed to close", handler.getClass().getName(), e);
      }
    }
    try {
      loader.close();
    } catch (IOException e) {
      LOG.warn("the jars of the plugins were not closed", e);
    }
  }

  /// Takes in what one place declares, and says what that was.
  private List<String> take(Place place) throws PluginException {
    List<String> taken = new ArrayList<>();
    take(ComputeFunction.class, place, (f, who) -> taken.add(found.add(f, who)));
    take(BlockingHandler.class, place, (h, who) -> taken.add(found.add(h, who)));
    return taken;
  }

  private static <S> void take(Class<S> service, Place place, Taker<S> taker)
      throws PluginException {
    String subject = place.name();
    try {
      Iterator<ServiceLoader.Provider<S>> providers =
          ServiceLoader.load(service, place.loader()).stream().iterator();
      while (providers.hasNext()) {
        ServiceLoader.Provider<S> provider = providers.next();
        subject = place.name() + ": " + provider.type().getName();
        place.checkOrigin(provider.type());
        taker.take(provider.get(), provider.type().getName() + " of " + place.name());
        subject = place.name();
      }
    } catch (ServiceConfigurationError e) {
      // Its message names service and provider, its cause tells why.
      String reason = e.getCause() == null ? "" : ": " + e.getCause();
      throw new PluginException(place.name() + ": " + e.getMessage() + reason, e);
    } catch (RuntimeException | LinkageError e) {
      String reason = e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
      throw new PluginException(subject + ": " + reason, e);
    }
  }

  private static List<Path> jars(Path folder) throws PluginException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    List<Path> paths = new ArrayList<>();
    try (DirectoryStream<Path> listing = Files.newDirectoryStream(folder, "*.jar")) {
      listing.forEach(paths::add);
    } catch (IOException | DirectoryIteratorException e) {
      throw new PluginException("cannot list the plugins in " + folder + ": " + e, e);
    }
    paths.sort(null);
    return paths;
  }

  // A class loader passes over a jar that it cannot read.
  private static URL checkedUrl(Path path) throws PluginException {
    try (JarFile _ = new JarFile(path.toFile())) {
      return path.toUri().toURL();
    } catch (IOException e) {
      throw new PluginException(
          "plugin " + path.getFileName() + " is not a readable jar: " + e.getMessage(), e);
    }
  }

  /// Where providers are looked for.
  ///
  /// @param name for messages
  /// @param jar null for the class path
  private record Place(String name, ClassLoader loader, @Nullable URL jar) {

    // The class path comes first and then the first jar: of a class that is there twice, one would
    // be ignored without a word.
    void checkOrigin(Class<?> provider) {
      CodeSource source = provider.getProtectionDomain().getCodeSource();
      String origin = source == null ? "the JDK" : String.valueOf(source.getLocation());
      if (jar != null && !origin.equals(jar.toString())) {
        throw new IllegalArgumentException(
            "the class is loaded from " + origin + ", which comes first; remove one of the two");
      }
    }
  }

  /// What becomes of a provider.
  private interface Taker<S> {
    void take(S provider, String description);
  }
}
