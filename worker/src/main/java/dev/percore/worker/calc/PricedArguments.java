package dev.percore.worker.calc;

import dev.percore.worker.api.Arguments;

/// The arguments of one call with what they cost, as the function said when it was asked, once.
public record PricedArguments(Arguments arguments, double cost) {}
