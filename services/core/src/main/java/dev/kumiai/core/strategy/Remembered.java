package dev.kumiai.core.strategy;

/// A state of the strategy that runs.
///
/// @param initial the value of all its elements before the first round
record Remembered(ServerState state, float initial) {}
