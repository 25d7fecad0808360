package dev.kumiai.protocol.artifact;

/// What a garbage collection removed, or would remove.
///
/// @param dryRun nothing was removed
public record GarbageReport(boolean dryRun, long files, long bytes) {}
