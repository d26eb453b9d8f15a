package dev.percore.config;

import static dev.percore.config.Declarations.span;
import static dev.percore.config.Declarations.whole;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;

import dev.percore.config.ServerConfig.ForwardedField;
import dev.percore.config.net.ListenAddress;
import dev.percore.config.net.TrustedProxies;
import dev.percore.config.value.Choice;
import dev.percore.config.value.Flag;
import dev.percore.config.value.ItemForm;
import dev.percore.config.value.Text;
import dev.percore.config.value.TextList;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where and how the service listens beside its main address, and which proxies it believes.
final class ListenSettings {
  static final Declarations DECLARED = new Declarations();

  static final Setting<List<String>> TRUSTED_PROXIES =
      DECLARED.add(
          new Setting<>(
              "trusted_proxies",
              new TextList(
                  256,
                  new ItemForm(
                      (item, _) -> TrustedProxies.canonical(item), TrustedProxies.ALLOWED)),
              "",
              "Proxies in front of the server that are believed when they tell the client's"
                  + " address, by a PROXY header or by `forwarded_field`. With none, the client is"
                  + " whoever connects."));
  static final Setting<ForwardedField> FORWARDED_FIELD =
      DECLARED.add(
          new Setting<>(
              "forwarded_field",
              new Choice<>(List.of(ForwardedField.values())),
              "x-forwarded-for",
              "Header field in which trusted proxies tell the client's address: `forwarded` is that"
                  + " of RFC 7239. The other one is ignored, since your proxies may pass on what"
                  + " clients have put there."));

  static final Setting<List<String>> EXTRA =
      DECLARED.add(
          new Setting<>(
              "listen.extra",
              new TextList(64, new ItemForm(ListenSettings::canonical, ListenAddress.ALLOWED)),
              "",
              "Further addresses that the service listens on."));
  static final Setting<Boolean> PROXY_PROTOCOL =
      DECLARED.add(
          new Setting<>(
              "listen.proxy_protocol",
              new Flag(),
              "false",
              "Whether each connection to `listen.address` and `listen.port` begins with a PROXY"
                  + " header (version 1 or 2), as HAProxy, nginx and load balancers send it. Peers"
                  + " that are not in `trusted_proxies`, or send no such header, are cut."));
  static final Setting<Boolean> TCP_NODELAY =
      DECLARED.add(
          new Setting<>(
              "listen.tcp_nodelay",
              new Flag(),
              "true",
              "Whether a small answer leaves at once (TCP_NODELAY), rather than when the answers"
                  + " before it have been acknowledged."));
  static final Setting<Integer> FAST_OPEN =
      DECLARED.add(
          new Setting<>(
              "listen.fast_open",
              whole(0, 65_535),
              "0",
              "Connections of one worker that may send data before their handshake is complete"
                  + " (TCP fast open). 0 turns it off. The kernel allows it only if"
                  + " `net.ipv4.tcp_fastopen` has its second bit set, and a client's first packet"
                  + " may then arrive twice."));
  static final Setting<Boolean> INCOMING_CPU =
      DECLARED.add(
          new Setting<>(
              "listen.incoming_cpu",
              new Flag(),
              "false",
              "Whether a connection goes to the worker on whose core the kernel has received it"
                  + " (SO_INCOMING_CPU), rather than to one by its addresses and ports. Faster"
                  + " where a network card spreads what comes over all cores evenly; where it does"
                  + " not, one worker gets most of it. It needs `worker.pin`, a worker for each"
                  + " core that the server may use, and Linux 6.2."));
  static final Setting<Boolean> KEEPALIVE =
      DECLARED.add(
          new Setting<>(
              "listen.keepalive",
              new Flag(),
              "false",
              "Whether the kernel probes clients that are silent, so that the end of one that"
                  + " vanished during a long computation is noticed."));
  static final Setting<Duration> KEEPALIVE_IDLE =
      DECLARED.add(
          new Setting<>(
              "listen.keepalive_idle",
              span(ofSeconds(1), ofHours(9)),
              "60s",
              "How long a client may be silent before it is probed, in whole seconds."));
  static final Setting<Duration> KEEPALIVE_INTERVAL =
      DECLARED.add(
          new Setting<>(
              "listen.keepalive_interval",
              span(ofSeconds(1), ofHours(9)),
              "10s",
              "Time between two probes, in whole seconds."));
  static final Setting<Integer> KEEPALIVE_COUNT =
      DECLARED.add(
          new Setting<>(
              "listen.keepalive_count",
              whole(1, 127),
              "5",
              "Probes without an answer after which the connection is closed."));
  static final Setting<String> UNIX_MODE =
      DECLARED.add(
          new Setting<>(
              "listen.unix_mode",
              new Text(Pattern.compile("^0?[0-7]{3}$"), "three octal digits such as \"0660\""),
              "0660",
              "Mode of the Unix sockets in `listen.extra`: who may write to one may connect."));

  private ListenSettings() {}

  private static @Nullable String canonical(String item, Path home) {
    ListenAddress address = ListenAddress.parse(item, home);
    return address == null ? null : address.text();
  }

  /// The addresses that canonical texts stand for.
  static List<ListenAddress> addresses(List<String> texts) {
    Path root = Path.of("/");
    return texts.stream()
        .map(text -> Objects.requireNonNull(ListenAddress.parse(text, root), text))
        .toList();
  }

  /// The permissions that a mode in octal digits stands for.
  static Set<PosixFilePermission> mode(String octal) {
    int bits = Integer.parseInt(octal, 8);
    // In the order of the bits, from the highest: owner, group, others; read, write, execute.
    PosixFilePermission[] all = PosixFilePermission.values();
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < all.length; i++) {
      if ((bits & (0400 >> i)) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }
}
