package dev.percore.worker.http;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds the route of a path: the exact one, otherwise the longest prefix. Immutable.
public final class Router {
  private final List<Mount> mounts;
  private final Map<String, Mount> exact = new HashMap<>();
  private final Mount[] prefixes;
  private final String allow;

  /// @throws IllegalArgumentException for a path that is taken twice or can never match, or a
  ///     route without methods
  public Router(List<Route> routes) {
    Map<String, Mount> byPath = new HashMap<>();
    Mount[] all = new Mount[routes.size()];
    Set<String> methods = new TreeSet<>();
    for (int i = 0; i < all.length; i++) {
      Mount mount = new Mount(routes.get(i), i);
      Mount former = byPath.putIfAbsent(mount.route.path(), mount);
      if (former != null) {
        throw new IllegalArgumentException(
            "two routes claim the path %s: '%s' and '%s'"
                .formatted(mount.route.path(), former.route.label(), mount.route.label()));
      }
      if (!mount.isPrefix()) {
        exact.put(mount.route.path(), mount);
      }
      methods.addAll(mount.methods);
      all[i] = mount;
    }
    mounts = List.of(all);
    prefixes =
        mounts.stream()
            .filter(Mount::isPrefix)
            .sorted(Comparator.comparingInt((Mount m) -> m.route.path().length()).reversed())
            .toArray(Mount[]::new);
    methods.add("OPTIONS");
    allow = String.join(", ", methods);
  }

  /// The mounted route that serves the path, or null.
  ///
  /// @param path decoded, without dot segments
  public @Nullable Mount find(String path) {
    Mount mount = exact.get(path);
    if (mount != null) {
      return mount;
    }
    for (Mount prefix : prefixes) {
      if (path.startsWith(prefix.route.path())) {
        return prefix;
      }
    }
    return null;
  }

  /// All mounted routes, in the order given.
  public List<Mount> mounts() {
    return mounts;
  }

  /// The methods that any route takes, as a value for the Allow header.
  public String allow() {
    return allow;
  }

  /// A route in its place.
  public static final class Mount {
    private final Route route;
    private final int index;
    private final Set<String> methods;
    private final String allow;

    private Mount(Route route, int index) {
      checkPath(route);
      checkMethods(route);
      this.route = route;
      this.index = index;
      Set<String> taken = new TreeSet<>(route.methods());
      if (taken.contains("GET")) {
        taken.add("HEAD");
      }
      methods = Set.copyOf(taken);
      taken.add("OPTIONS");
      allow = String.join(", ", taken);
    }

    public Route route() {
      return route;
    }

    /// Position in [Router#mounts].
    public int index() {
      return index;
    }

    /// Whether the handler takes the method. OPTIONS only if the route names it itself; otherwise
    /// the server answers it.
    public boolean takes(String method) {
      return methods.contains(method);
    }

    /// Value of the Allow header.
    public String allow() {
      return allow;
    }

    private boolean isPrefix() {
      return route.path().length() > 1 && route.path().endsWith("/");
    }

    private static void checkPath(Route route) {
      String path = route.path();
      boolean clean =
          path.startsWith("/")
              && !(path + "/").contains("/./")
              && !(path + "/").contains("/../")
              && path.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == '\\' || c == '?');
      if (!clean) {
        throw new IllegalArgumentException(
            "route '%s' can never match: its path must begin with a slash and have no query, dot"
                    .formatted(route.label())
                + " segments, backslashes or control characters, but is '%s'".formatted(path));
      }
    }

    private static void checkMethods(Route route) {
      if (route.methods().isEmpty()
          || !route.methods().stream().allMatch(m -> m.matches("[A-Z][A-Z-]*"))) {
        throw new IllegalArgumentException(
            "route '%s' at %s needs methods in capitals, but has %s"
                .formatted(route.label(), route.path(), route.methods()));
      }
    }
  }
}
