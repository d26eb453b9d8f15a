package dev.percore.protocol.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What meters and their tags are called in families: as Micrometer's registry for Prometheus
/// calls those whose words are of letters, digits and underscores. Words are joined by underscores,
/// the unit comes last, and what a text format adds by itself (`_total` and others) is left out.
final class FamilyNames implements NamingConvention {
  private static final List<String> ADDED_BY_FORMATS =
      List.of("_total", "_created", "_bucket", "_info");

  @Override
  public String name(String name, Meter.Type type, @Nullable String baseUnit) {
    String joined = joined(name);
    String unit =
        switch (type) {
          case COUNTER, GAUGE, DISTRIBUTION_SUMMARY -> baseUnit == null ? "" : "_" + baseUnit;
          case TIMER, LONG_TASK_TIMER -> "_seconds";
          case OTHER -> "";
        };
    return withoutEnds(joined.endsWith(unit) ? joined : joined + unit);
  }

  @Override
  public String tagKey(String key) {
    return joined(key);
  }

  private static String joined(String words) {
    return words.replace('.', '_').replace('-', '_');
  }

  private static String withoutEnds(String name) {
    for (String end : ADDED_BY_FORMATS) {
      if (name.endsWith(end)) {
        return withoutEnds(name.substring(0, name.length() - end.length()));
      }
    }
    return name;
  }
}
