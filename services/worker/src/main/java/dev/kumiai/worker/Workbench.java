package dev.kumiai.worker;

import dev.kumiai.core.Digest;
import dev.kumiai.core.Progress;
import java.nio.file.Path;
import java.util.function.Function;

/// What one attempt at a task has at hand.
///
/// @param site the data of the site the task is for
/// @param folder empty, for this attempt alone, deleted after it
/// @param progress to be called between batches
/// @param models brings the safetensors file of a model from the aggregator or the local folder
public record Workbench(
    SiteFolder site, Path folder, Progress progress, Function<Digest, Path> models) {}
