package dev.percore.config;

import static dev.percore.config.Declarations.whole;

import dev.percore.config.ServerConfig.Rate;
import dev.percore.config.net.IpRange;
import dev.percore.config.value.Flag;
import dev.percore.config.value.ItemForm;
import dev.percore.config.value.Text;
import dev.percore.config.value.TextList;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Limits on each client, counted across all workers.
final class ClientLimitSettings {
  static final Declarations DECLARED = new Declarations();

  private static final String HEADER = "header:";
  private static final String OFF = "off";

  /// What one process can count for one client.
  private static final int COUNT_MAX = 65_535;

  static final Setting<String> KEY =
      DECLARED.add(
          new Setting<>(
              "client_limits.key",
              new Text(
                  Pattern.compile("^(address|header:[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100})$"),
                  "address, or header: and the name of a header field, such as header:X-Api-Key"),
              "address",
              "What tells clients apart for `concurrent` and `rate`: the address, or the value of"
                  + " a header field. A request without that field counts for its address."
                  + " Addresses of IPv6 count together by their /64, which is what one customer"
                  + " has."));
  static final Setting<Integer> CONNECTIONS =
      DECLARED.add(
          new Setting<>(
              "client_limits.connections",
              whole(0, COUNT_MAX),
              "0",
              "Open connections of one address, whatever `key` says; further ones get a 429 and"
                  + " are closed. 0 means no limit."));
  static final Setting<Integer> CONCURRENT =
      DECLARED.add(
          new Setting<>(
              "client_limits.concurrent",
              whole(0, COUNT_MAX),
              "0",
              "Requests of one client that are answered at a time; further ones get a 429. 0 means"
                  + " no limit."));
  static final Setting<String> RATE =
      DECLARED.add(
          new Setting<>(
              "client_limits.rate",
              new Text(
                  Pattern.compile("^(off|[1-9][0-9]{0,4}/[sm])$"),
                  "off, or requests per second or minute up to 99999, such as 10/s or 30/m"),
              OFF,
              "Requests of one client, evenly spread; what comes faster uses up `burst` and then"
                  + " gets a 429."));
  static final Setting<Integer> BURST =
      DECLARED.add(
          new Setting<>(
              "client_limits.burst",
              whole(0, 1_000_000),
              "0",
              "Requests of one client that may come ahead of the rate; they are answered without"
                  + " delay."));
  static final Setting<Boolean> DRY_RUN =
      DECLARED.add(
          new Setting<>(
              "client_limits.dry_run",
              new Flag(),
              "false",
              "Whether what is over a limit is answered all the same, and only counted in the"
                  + " metrics."));
  static final Setting<Integer> TABLE =
      DECLARED.add(
          new Setting<>(
              "client_limits.table",
              whole(64, 4_000_000),
              "16384",
              "Clients that are kept in mind at a time, in memory that all workers share. When it"
                  + " is full the one that matters least is forgotten; nobody is refused for it."
                  + " Workers with another size count apart from each other during a reload."));
  static final Setting<List<String>> EXEMPT =
      DECLARED.add(
          new Setting<>(
              "client_limits.exempt",
              new TextList(
                  1000,
                  new ItemForm(
                      ClientLimitSettings::range,
                      "an address or a network such as 10.0.0.0/8, without bits beyond its"
                          + " length")),
              "",
              "Addresses that have no limits."));

  private ClientLimitSettings() {}

  /// The header field that a value of [#KEY] names, or null for the address.
  static @Nullable String header(String key) {
    return key.startsWith(HEADER) ? key.substring(HEADER.length()) : null;
  }

  /// The rate that a value of [#RATE] stands for, or null for none.
  static @Nullable Rate rate(String text) {
    if (text.equals(OFF)) {
      return null;
    }
    int slash = text.indexOf('/');
    Duration period = text.endsWith("m") ? Duration.ofMinutes(1) : Duration.ofSeconds(1);
    return new Rate(Integer.parseInt(text.substring(0, slash)), period);
  }

  private static @Nullable String range(String item, Path home) {
    IpRange range = IpRange.parse(item);
    return range == null ? null : range.toString();
  }

  /// The ranges that a value of [#EXEMPT] names.
  static List<IpRange> ranges(List<String> texts) {
    return texts.stream().map(text -> Objects.requireNonNull(IpRange.parse(text))).toList();
  }
}
