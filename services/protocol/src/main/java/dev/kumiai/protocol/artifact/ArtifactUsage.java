package dev.kumiai.protocol.artifact;

/// How much the aggregator keeps.
///
/// @param store `directory` or `s3`
/// @param files that are kept
/// @param unreferencedFiles those of them to which no run refers
/// @param removedFiles that were kept once
public record ArtifactUsage(
    String store,
    long files,
    long bytes,
    long unreferencedFiles,
    long unreferencedBytes,
    long removedFiles,
    long removedBytes) {}
