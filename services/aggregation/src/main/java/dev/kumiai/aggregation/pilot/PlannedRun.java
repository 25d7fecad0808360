package dev.kumiai.aggregation.pilot;

import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.pilot.Amount;
import org.jspecify.annotations.Nullable;

/// A run of a pilot.
///
/// @param number from 0 on, in the order in which runs are started
/// @param repetition its index in the spec
/// @param amount what it adds; null for an arm that adds nothing
public record PlannedRun(int number, int repetition, Arm arm, @Nullable Amount amount) {}
