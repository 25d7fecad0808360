package dev.kumiai.aggregation.ledger;

import java.time.Instant;

/// An entry was appended to a chain of the ledger. Fired inside the transaction that appends it, so
/// that what an observer writes stands or falls with the change itself.
///
/// @param chain the run's id, or `audit` for what belongs to no run
/// @param number of the entry in its chain, from 1 on without gaps
/// @param type what happened, such as `run.training` or `task.succeeded`
/// @param body the entry as canonical JSON
public record Recorded(String chain, long number, Instant at, String type, String body) {}
