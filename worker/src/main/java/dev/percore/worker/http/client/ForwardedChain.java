package dev.percore.worker.http.client;

import dev.percore.config.net.IpText;
import dev.percore.config.net.TrustedProxies;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The way of a request through proxies, of which each has appended whom it got it from. It is
/// read from its end, since all that stands before the first untrusted address may be invented:
/// nothing there, quotes included, must change what is read.
final class ForwardedChain {
  /// Longer ways are not believed: clients decide how long these fields are.
  private static final int HOPS_MAX = 32;

  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}|_[A-Za-z0-9._-]+");

  /// A pair of RFC 7239, without the separator behind it.
  private static final Pattern PAIR =
      Pattern.compile(
          "[ \t]*(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)="
              + "(?:(?<token>[!#$%&'*+.^_`|~0-9A-Za-z-]+)|\"(?<quoted>[^\"\\\\]*)\")[ \t]*");

  private ForwardedChain() {}

  /// The client by the values of `X-Forwarded-For`, or null if they do not tell.
  static @Nullable String ofAddresses(List<String> values, TrustedProxies trusted) {
    return client(values, trusted, ForwardedChain::node);
  }

  /// The client by the values of `Forwarded`, or null if they do not tell.
  static @Nullable String ofElements(List<String> values, TrustedProxies trusted) {
    return client(values, trusted, ForwardedChain::forNode);
  }

  private static @Nullable String client(
      List<String> values,
      TrustedProxies trusted,
      Function<String, @Nullable InetAddress> addressOf) {
    InetAddress last = null;
    int hops = 0;
    for (String value : values.reversed()) {
      for (int end = value.length(); end >= 0; ) {
        int start = elementStart(value, end);
        String element = value.substring(start, end).strip();
        end = start - 1;
        if (element.isEmpty()) {
          continue;
        }
        last = addressOf.apply(element);
        if (last == null || ++hops > HOPS_MAX) {
          return null;
        }
        if (!trusted.trusts(last)) {
          return IpText.of(last);
        }
      }
    }
    return last == null ? null : IpText.of(last);
  }

  // Behind the last comma that is not within quotes, as seen from the end.
  private static int elementStart(String value, int end) {
    boolean quoted = false;
    for (int i = end - 1; i >= 0; i--) {
      char c = value.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        return i + 1;
      }
    }
    return 0;
  }

  // RFC 7239, section 4. An element without the parameter tells nothing.
  private static @Nullable InetAddress forNode(String element) {
    String found = null;
    Matcher pair = PAIR.matcher(element);
    for (int from = 0; from < element.length(); from = pair.end() + 1) {
      if (!pair.region(from, element.length()).lookingAt()
          || (pair.end() < element.length() && element.charAt(pair.end()) != ';')) {
        return null;
      }
      if (pair.group("name").equalsIgnoreCase("for")) {
        if (found != null) {
          return null;
        }
        String token = pair.group("token");
        found = token == null ? pair.group("quoted") : token;
      }
    }
    return found == null ? null : node(found);
  }

  // An address, with or without a port. IPv6 stands in brackets where a port follows.
  private static @Nullable InetAddress node(String text) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      boolean whole = end == text.length() - 1;
      if (end < 0 || (!whole && !isPort(text, end + 1))) {
        return null;
      }
      String host = text.substring(1, end);
      return host.indexOf(':') < 0 ? null : IpText.parse(host);
    }
    int colon = text.indexOf(':');
    if (colon < 0 || text.indexOf(':', colon + 1) >= 0) {
      return IpText.parse(text);
    }
    return isPort(text, colon) ? IpText.parse(text.substring(0, colon)) : null;
  }

  private static boolean isPort(String text, int colon) {
    return text.charAt(colon) == ':' && PORT.matcher(text.substring(colon + 1)).matches();
  }
}
