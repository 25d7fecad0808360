package dev.kumiai.kubernetes;

import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import java.time.Instant;

/// A task that is to be done.
///
/// @param attempt the one that is under way, or else the next
/// @param claimed whether a worker is at it
/// @param notBefore when the next attempt may begin
public record OpenTask(
    TaskId task,
    TaskKind kind,
    SiteId site,
    int round,
    int attempt,
    boolean claimed,
    Instant notBefore) {}
