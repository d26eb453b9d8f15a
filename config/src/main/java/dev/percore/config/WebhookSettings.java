package dev.percore.config;

import static dev.percore.config.Declarations.span;
import static dev.percore.config.Declarations.whole;

import dev.percore.config.net.IpText;
import dev.percore.config.value.Flag;
import dev.percore.config.value.ItemForm;
import dev.percore.config.value.OptionalPath;
import dev.percore.config.value.TextList;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who is told of the ends of jobs, and how.
final class WebhookSettings {
  static final Declarations DECLARED = new Declarations();

  private static final Pattern NAME =
      Pattern.compile(
          "([*][.])?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?([.][a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}|[*]");

  static final Setting<List<String>> HOSTS =
      DECLARED.add(
          new Setting<>(
              "webhooks.hosts",
              new TextList(
                  1000,
                  new ItemForm(
                      WebhookSettings::item,
                      "a host name, *. and a domain for all names below it, or an IP address;"
                          + " and :PORT or :* behind it, with brackets around an address of IPv6"
                          + " then")),
              "",
              "Hosts that a `callback` may name, at the port of its scheme, 443 or 80, at that"
                  + " which is given, or with :* at any. Without any host, callbacks are"
                  + " refused."));
  static final Setting<Optional<Path>> SECRET_FILE =
      DECLARED.add(
          new Setting<>(
              "webhooks.secret_file",
              new OptionalPath(List.of(""), "none"),
              "",
              "File with the secrets that deliveries are signed with, one a line: `whsec_` and 24"
                  + " to 64 random bytes in base64. It is read anew for each attempt, and each"
                  + " secret makes a signature."));
  static final Setting<Boolean> PRIVATE_ADDRESSES =
      DECLARED.add(
          new Setting<>(
              "webhooks.private_addresses",
              new Flag(),
              "false",
              "Whether the hosts may have addresses of this machine and of private networks. Those"
                  + " that are link-local, where clouds keep secrets, or not of one host, are never"
                  + " connected to."));
  static final Setting<Duration> TIMEOUT =
      DECLARED.add(
          new Setting<>(
              "webhooks.timeout",
              span(Duration.ofMillis(100), Duration.ofMinutes(5)),
              "15s",
              "Time for one attempt, from the look-up of the host to its answer."));
  static final Setting<Integer> ATTEMPTS =
      DECLARED.add(
          new Setting<>(
              "webhooks.attempts",
              whole(1, 100),
              "10",
              "Attempts to deliver one end; then it is given up."));
  static final Setting<Duration> BACKOFF_INITIAL =
      DECLARED.add(
          new Setting<>(
              "webhooks.backoff_initial",
              span(Duration.ofMillis(10), Duration.ofHours(1)),
              "5s",
              "Wait after the first attempt that failed; it doubles with each further one. Up to"
                  + " half of it is left out, by chance."));
  static final Setting<Duration> BACKOFF_MAX =
      DECLARED.add(
          new Setting<>(
              "webhooks.backoff_max",
              span(Duration.ofMillis(10), Duration.ofDays(1)),
              "5m",
              "Longest wait between two attempts. A host that asks for more by Retry-After gets up"
                  + " to an hour."));
  static final Setting<Integer> IN_FLIGHT =
      DECLARED.add(
          new Setting<>(
              "webhooks.in_flight",
              whole(1, 64),
              "8",
              "Attempts that are made at a time, at most half of them at one host."));
  static final Setting<Integer> PENDING_PER_HOST =
      DECLARED.add(
          new Setting<>(
              "webhooks.pending_per_host",
              whole(1, 1_000_000),
              "1000",
              "Jobs with a callback at one host that is still to come; further ones get a 503."));

  private WebhookSettings() {}

  private static @Nullable String item(String item, Path home) {
    int colon = item.lastIndexOf(':');
    boolean bracketed = item.startsWith("[");
    if (colon < 0 || (colon != item.indexOf(':') && !bracketed)) {
      return host(item);
    }
    String port = item.substring(colon + 1);
    if (!PORT.matcher(port).matches() || (!port.equals("*") && Integer.parseInt(port) > 65_535)) {
      return null;
    }
    String text = item.substring(0, colon);
    if (bracketed != (text.startsWith("[") && text.endsWith("]"))) {
      return null;
    }
    String host = host(bracketed ? text.substring(1, text.length() - 1) : text);
    return host == null ? null : (bracketed ? "[" + host + "]" : host) + ":" + port;
  }

  private static @Nullable String host(String item) {
    InetAddress address = IpText.parse(item);
    if (address != null) {
      return IpText.of(address);
    }
    String name = item.toLowerCase(Locale.ROOT);
    // A name whose last part is a number would be taken for an address by some.
    boolean numeric = name.substring(name.lastIndexOf('.') + 1).chars().allMatch(c -> c <= '9');
    return name.length() <= 253 && NAME.matcher(name).matches() && !numeric ? name : null;
  }
}
