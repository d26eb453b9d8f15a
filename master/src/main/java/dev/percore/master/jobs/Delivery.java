package dev.percore.master.jobs;

import java.util.Locale;

/// How the news of a job's end gets to the receiver that its client has named. Immutable.
///
/// @param attempts made so far
/// @param nextMillis when the next one is due, in milliseconds since 1970; 0 if there is none
/// @param detail what came of the last one, in a few words; empty before the first
public record Delivery(State state, int attempts, long nextMillis, String detail) {

  /// Nobody is to be told, or the job has not ended.
  static final Delivery NONE = new Delivery(State.NONE, 0, 0, "");

  /// Where it is. The names of the constants are a part of the store's format.
  public enum State {
    /// There is nothing to deliver.
    NONE,
    /// It is to be delivered, or to be tried again.
    PENDING,
    /// The receiver has it.
    DELIVERED,
    /// It is not tried any more.
    GIVEN_UP;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// To be delivered at once.
  static Delivery due(long now) {
    return new Delivery(State.PENDING, 0, now, "");
  }

  /// There will be another attempt.
  Delivery again(long when, String why) {
    return new Delivery(State.PENDING, attempts + 1, when, why);
  }

  /// There will be none.
  Delivery over(State how, String why) {
    return new Delivery(how, attempts + 1, 0, why);
  }

  boolean isPending() {
    return state == State.PENDING;
  }
}
