package table;

import java.util.List;

/// What came of a row.
///
/// @param failure why it has no lines, or empty
/// @param commands what was started for it
record Result(String row, List<Line> lines, String failure, List<String> commands) {}
