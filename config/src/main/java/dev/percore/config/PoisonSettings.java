package dev.percore.config;

import static dev.percore.config.Declarations.span;
import static dev.percore.config.Declarations.whole;

import java.time.Duration;

/// Calls at which workers die.
final class PoisonSettings {
  static final Declarations DECLARED = new Declarations();

  static final Setting<Integer> DEATHS =
      DECLARED.add(
          new Setting<>(
              "poison.deaths",
              whole(0, 100),
              "2",
              "Workers that may die while they compute the same call, a function with the same"
                  + " arguments, until it is refused with a 422. 0 means that none is refused."));
  static final Setting<Duration> WINDOW =
      DECLARED.add(
          new Setting<>(
              "poison.window",
              span(Duration.ofSeconds(1), Duration.ofDays(1)),
              "10m",
              "How long a death is held against a call: one that comes later begins a new count."));
  static final Setting<Duration> REFUSE =
      DECLARED.add(
          new Setting<>(
              "poison.refuse",
              span(Duration.ofSeconds(1), Duration.ofDays(1)),
              "10m",
              "How long such a call is refused after the last death; then it is tried again."));

  private PoisonSettings() {}
}
