package dev.percore.master.doctor;

import java.util.List;

/// A group of checks on one subject.
@FunctionalInterface
interface Check {
  /// Looks, and tells about each thing that was looked at, in a fixed order.
  List<Finding> findings();
}
