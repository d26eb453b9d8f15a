package dev.percore.master.webhook;

import dev.percore.config.net.IpText;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a client wants to be told of something. Immutable.
///
/// @param secure whether by TLS
/// @param host a name in lower case, or the digits of an address, without brackets
/// @param port 1 to 65535
/// @param target path and query
public record CallbackUrl(boolean secure, String host, int port, String target) {
  /// Longest URL, in characters: it is kept in memory as long as the job.
  public static final int LENGTH_MAXIMUM = 2048;

  /// A text is no URL of this kind; the message says why.
  public static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /// Reads a URL.
  public static CallbackUrl parse(String text) throws MalformedException {
    if (text.length() > LENGTH_MAXIMUM) {
      throw new MalformedException("is longer than " + LENGTH_MAXIMUM + " characters");
    }
    if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new MalformedException("has other characters than visible ones of ASCII");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new MalformedException("is no URL");
    }
    boolean secure = "https".equalsIgnoreCase(uri.getScheme());
    if (!secure && !"http".equalsIgnoreCase(uri.getScheme())) {
      throw new MalformedException("is neither of http nor of https");
    }
    if (uri.getRawUserInfo() != null) {
      throw new MalformedException("has user information");
    }
    if (uri.getRawFragment() != null) {
      throw new MalformedException("has a fragment");
    }
    return new CallbackUrl(secure, host(uri), port(uri, secure), target(uri));
  }

  private static String host(URI uri) throws MalformedException {
    String host = uri.getHost();
    // What is all digits and no address in its one form would be one for some resolvers.
    boolean digits = host != null && host.chars().allMatch(c -> c <= '9');
    if (host == null || (digits && IpText.parse(host) == null)) {
      throw new MalformedException("has no host name or address");
    }
    if (!host.startsWith("[")) {
      return host.toLowerCase(Locale.ROOT);
    }
    InetAddress address = IpText.parse(host.substring(1, host.length() - 1));
    if (address == null) {
      throw new MalformedException("has an address with a scope");
    }
    return IpText.of(address);
  }

  private static int port(URI uri, boolean secure) throws MalformedException {
    int port = uri.getPort() < 0 ? usualPort(secure) : uri.getPort();
    if (port < 1 || port > 65_535) {
      throw new MalformedException("has a port that is not from 1 to 65535");
    }
    return port;
  }

  private static String target(URI uri) {
    String path = uri.getRawPath();
    String query = uri.getRawQuery();
    return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  /// The address, if the host is one and not a name.
  @Nullable InetAddress literal() {
    return IpText.parse(host);
  }

  /// The value of the Host field.
  String authority() {
    String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return hasUsualPort() ? name : name + ":" + port;
  }

  /// Whether the port is that of its scheme.
  boolean hasUsualPort() {
    return port == usualPort(secure);
  }

  private static int usualPort(boolean secure) {
    return secure ? 443 : 80;
  }
}
