package dev.percore.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/// Reads a YAML document into nodes that know their lines. It works on the parser's events, one
/// after the other, so that anchors, aliases, tags and deep nesting are refused where they stand,
/// before anything is built from them.
final class YamlReader {

  private static final int DEPTH_MAX = 16;
  private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

  private final String source;
  private final String text;
  private final List<ConfigProblem> problems = new ArrayList<>();
  private final Iterator<Event> events;

  private YamlReader(String source, String text) {
    this.source = source;
    this.text = text;
    this.events = new Parse(LoadSettings.builder().build()).parseString(text).iterator();
  }

  /// The root of the document, or nothing when it is empty or has a problem.
  ///
  /// @param source the file's name, for the problems
  static Optional<YamlNode> read(String source, String text, List<ConfigProblem> problems) {
    YamlReader reader = new YamlReader(source, text);
    Optional<YamlNode> root = Optional.empty();
    try {
      root = reader.document();
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().or(e::getContextMark).map(Mark::getLine).orElse(-1) + 1;
      reader.problem(line, "no YAML: " + e.getProblem(), "a YAML document");
    } catch (ReaderException e) {
      reader.problem(reader.lineOf(e), "a control character", "printable text");
    }
    problems.addAll(reader.problems);
    return reader.problems.isEmpty() ? root : Optional.empty();
  }

  private Optional<YamlNode> document() {
    Optional<YamlNode> root = Optional.empty();
    while (events.hasNext()) {
      Event event = events.next();
      if (event.getEventId() == Event.ID.DocumentStart && root.isPresent()) {
        problem(line(event), "a second document", "one document");
      } else if (event instanceof NodeEvent start) {
        root = Optional.of(node(start, 1));
      }
    }
    return root;
  }

  private YamlNode node(NodeEvent event, int depth) {
    int line = line(event);
    if (event.getAnchor().isPresent()) {
      problem(
          line, event instanceof AliasEvent ? "an alias" : "an anchor", "the values themselves");
    }
    return switch (event) {
      case ScalarEvent scalar -> {
        refuseTag(scalar.getTag(), line);
        boolean nothing = scalar.isPlain() && NOTHING.contains(scalar.getValue());
        yield new YamlNode.Scalar(scalar.getValue(), nothing, line);
      }
      case CollectionStartEvent start when depth == DEPTH_MAX ->
          throw new ParserException(
              "", Optional.empty(), "more than " + DEPTH_MAX + " levels", start.getStartMark());
      case SequenceStartEvent start -> {
        refuseTag(start.getTag(), line);
        yield new YamlNode.Sequence(items(depth), line);
      }
      case MappingStartEvent start -> {
        refuseTag(start.getTag(), line);
        yield new YamlNode.Mapping(entries(depth), line);
      }
      default -> new YamlNode.Scalar("", true, line); // an alias, which was told above
    };
  }

  private List<YamlNode> items(int depth) {
    List<YamlNode> items = new ArrayList<>();
    while (events.next() instanceof NodeEvent start) {
      items.add(node(start, depth + 1));
    }
    return items;
  }

  private List<YamlNode.Entry> entries(int depth) {
    List<YamlNode.Entry> entries = new ArrayList<>();
    while (events.next() instanceof NodeEvent start) {
      YamlNode key = node(start, depth + 1);
      entries.add(new YamlNode.Entry(key, node((NodeEvent) events.next(), depth + 1)));
    }
    return entries;
  }

  private void refuseTag(Optional<String> tag, int line) {
    tag.ifPresent(name -> problem(line, "the tag " + Found.quote(name), "a value without a tag"));
  }

  private static int line(Event event) {
    return event.getStartMark().map(Mark::getLine).orElse(-1) + 1;
  }

  private int lineOf(ReaderException exception) {
    int end = Math.min(exception.getPosition(), text.codePointCount(0, text.length()));
    return 1 + (int) text.codePoints().limit(end).filter(c -> c == '\n').count();
  }

  private void problem(int line, String found, String allowed) {
    problems.add(new ConfigProblem(source, line, "", found, allowed));
  }
}
