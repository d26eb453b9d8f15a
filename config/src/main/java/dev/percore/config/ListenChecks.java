package dev.percore.config;

import dev.percore.config.net.IpText;
import dev.percore.config.net.ListenAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/// What must hold between the addresses to listen on.
final class ListenChecks {
  private static final List<String> ADDRESSES =
      Stream.of(
              ListenSettings.EXTRA,
              Settings.LISTEN_ADDRESS,
              Settings.LISTEN_PORT,
              Settings.LISTEN_TCP,
              Settings.ADMIN_TCP,
              Settings.ADMIN_ADDRESS,
              Settings.ADMIN_PORT)
          .map(Setting::key)
          .toList();
  private static final String EXTRA = ListenSettings.EXTRA.key();
  private static final String TRUSTED = ListenSettings.TRUSTED_PROXIES.key();

  private ListenChecks() {}

  /// The rules that are broken.
  ///
  /// @param refused keys that already have a problem, about which there is nothing more to say
  static List<ConfigProblem> problems(
      ServerConfig config, Map<String, Given> inForce, Set<String> refused) {
    List<ConfigProblem> problems = new ArrayList<>();
    ServerConfig.Listen listen = config.listen();
    if (ADDRESSES.stream().noneMatch(refused::contains)) {
      Given extra = given(inForce, EXTRA);
      problems.addAll(overlaps(listen, config.admin(), extra));
      if (listen.addresses().isEmpty()) {
        problems.add(
            given(inForce, Settings.LISTEN_TCP.key())
                .problem("true while listen.extra is empty, or nobody could connect"));
      }
    }
    if (!refused.contains(TRUSTED) && config.proxies().trusted().isEmpty()) {
      problems.addAll(untrusted(listen, inForce));
    }
    return problems;
  }

  /// The rules in words, one each, with keys in backquotes.
  static List<String> rules() {
    return List.of(
        "`listen.tcp`: false only with an address in `listen.extra`",
        "`listen.extra`: no address twice, and none that overlaps another one, as 0.0.0.0:80 does"
            + " 127.0.0.1:80; but 0.0.0.0 and [::] may have the same port, and [::] is then for"
            + " IPv6 alone",
        "`listen.extra`: on overlapping addresses, a port other than `admin.port`",
        "`trusted_proxies`: not empty where an address has `proxy_protocol`");
  }

  private static List<ConfigProblem> overlaps(
      ServerConfig.Listen listen, ServerConfig.Admin admin, Given extra) {
    List<ConfigProblem> problems = new ArrayList<>();
    List<ListenAddress> all = listen.addresses();
    for (int i = listen.tcp() ? 1 : 0; i < all.size(); i++) {
      ListenAddress address = all.get(i);
      List<ListenAddress> before = all.subList(0, i);
      before.stream()
          .filter(address::overlaps)
          .findFirst()
          .ifPresent(other -> problems.add(extra.problem(address.text(), besides(other.name()))));
      if (overlapsAdmin(address, admin)) {
        String name = IpText.of(InetAddress.ofLiteral(admin.address()), admin.port());
        problems.add(extra.problem(address.text(), besides(name + " of admin")));
      }
    }
    return problems;
  }

  private static String besides(String name) {
    return "an address that does not overlap " + name;
  }

  // Here `::` always stands for IPv4 too.
  private static boolean overlapsAdmin(ListenAddress address, ServerConfig.Admin admin) {
    if (!(address instanceof ListenAddress.Tcp(InetAddress host, int port, boolean _))
        || port != admin.port()
        || port == 0
        || !admin.tcp()) {
      return false;
    }
    InetAddress other = InetAddress.ofLiteral(admin.address());
    return host.equals(other) || host.isAnyLocalAddress() || other.isAnyLocalAddress();
  }

  private static List<ConfigProblem> untrusted(
      ServerConfig.Listen listen, Map<String, Given> inForce) {
    String allowed = "this only with at least one of trusted_proxies, or nobody could connect";
    List<ConfigProblem> problems = new ArrayList<>();
    if (listen.tcp() && listen.proxyProtocol()) {
      problems.add(given(inForce, ListenSettings.PROXY_PROTOCOL.key()).problem(allowed));
    }
    for (ListenAddress address : listen.extra()) {
      if (address.proxyProtocol()) {
        problems.add(given(inForce, EXTRA).problem(address.text(), allowed));
      }
    }
    return problems;
  }

  private static Given given(Map<String, Given> inForce, String key) {
    return Objects.requireNonNull(inForce.get(key));
  }
}
