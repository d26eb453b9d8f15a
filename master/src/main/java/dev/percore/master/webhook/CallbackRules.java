package dev.percore.master.webhook;

import dev.percore.config.ServerConfig;
import dev.percore.config.net.IpText;
import java.net.InetAddress;
import java.util.Optional;

/// Who may be told. Immutable.
public record CallbackRules(ServerConfig.Webhooks settings) {

  /// Why a URL is not called; empty if it may be, as far as that is known without a look-up.
  public Optional<String> refusal(CallbackUrl url) {
    if (settings.hosts().isEmpty()) {
      return Optional.of("callbacks are off (webhooks.hosts)");
    }
    if (settings.hosts().stream().noneMatch(allowed -> matches(allowed, url))) {
      return Optional.of("its host or its port is not an allowed one (webhooks.hosts)");
    }
    InetAddress literal = url.literal();
    return literal == null ? Optional.empty() : refusal(literal);
  }

  /// Why an address is not connected to; empty if it may be.
  Optional<String> refusal(InetAddress address) {
    return switch (AddressKind.of(address)) {
      case PUBLIC -> Optional.empty();
      case PRIVATE ->
          settings.privateAddresses()
              ? Optional.empty()
              : Optional.of(
                  "the address %s is private (webhooks.private_addresses)"
                      .formatted(IpText.of(address)));
      case FORBIDDEN -> Optional.of("the address %s is never called".formatted(IpText.of(address)));
    };
  }

  // `name`, `name:port` or `name:*`; an address of IPv6 with a port is in brackets.
  private static boolean matches(String allowed, CallbackUrl url) {
    int colon = allowed.lastIndexOf(':');
    boolean hasPort = colon >= 0 && (colon == allowed.indexOf(':') || allowed.startsWith("["));
    String host = hasPort ? allowed.substring(0, colon) : allowed;
    String port = hasPort ? allowed.substring(colon + 1) : "";
    return matchesHost(host.replaceAll("[\\[\\]]", ""), url.host()) && matchesPort(port, url);
  }

  private static boolean matchesHost(String allowed, String host) {
    return allowed.startsWith("*.")
        ? host.endsWith(allowed.substring(1)) && host.length() > allowed.length() - 1
        : host.equals(allowed);
  }

  private static boolean matchesPort(String allowed, CallbackUrl url) {
    return switch (allowed) {
      case "" -> url.hasUsualPort();
      case "*" -> true;
      default -> allowed.equals(Integer.toString(url.port()));
    };
  }
}
