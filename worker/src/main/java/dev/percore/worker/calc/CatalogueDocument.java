package dev.percore.worker.calc;

import dev.percore.worker.api.FunctionSpec;
import dev.percore.worker.api.Parameter;
import dev.percore.worker.json.PlainJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The catalogue as a JSON document, for `GET /calc/`.
final class CatalogueDocument {
  private CatalogueDocument() {}

  static byte[] write(Catalogue catalogue) {
    List<Map<String, Object>> functions =
        catalogue.entries().stream().map(entry -> function(entry.spec())).toList();
    return PlainJson.bytes(Map.of("functions", functions));
  }

  private static Map<String, Object> function(FunctionSpec spec) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", spec.name());
    members.put("summary", spec.summary());
    members.put("url", "/calc/" + spec.name());
    members.put(
        "parameters", spec.parameters().stream().map(CatalogueDocument::parameter).toList());
    if (Double.isFinite(spec.costLimit())) {
      members.put("cost_limit", ParameterDescription.plain(spec.costLimit()));
      members.put("cost_unit", spec.costUnit());
    }
    members.put("example_arguments", example(spec));
    members.put("example_url", spec.exampleUrl());
    return members;
  }

  private static Map<String, Object> parameter(Parameter parameter) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", parameter.name());
    members.put("text", parameter.text());
    members.putAll(ParameterDescription.constraints(parameter));
    Object defaultValue = parameter.defaultValue();
    members.put("required", defaultValue == null);
    if (defaultValue != null) {
      members.put("default", plain(defaultValue));
    }
    return members;
  }

  // The specification keeps no order of the example's arguments; the parameters have one.
  private static Map<String, Object> example(FunctionSpec spec) {
    Map<String, Object> ordered = new LinkedHashMap<>();
    for (Parameter parameter : spec.parameters()) {
      Object value = spec.example().get(parameter.name());
      if (value != null) {
        ordered.put(parameter.name(), plain(value));
      }
    }
    return ordered;
  }

  private static Object plain(Object value) {
    return switch (value) {
      case Double number -> ParameterDescription.plain(number);
      case List<?> list -> list.stream().map(CatalogueDocument::plain).toList();
      case Object other -> other;
    };
  }
}
