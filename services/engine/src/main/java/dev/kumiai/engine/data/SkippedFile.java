package dev.kumiai.engine.data;

/// A file that should have been an image and could not be read as one.
///
/// @param name path below the directory of the set, with `/`
/// @param reason why, for a person: "is empty", "is neither PNG nor JPEG"
public record SkippedFile(String name, String reason) {}
