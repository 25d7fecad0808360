package dev.kumiai.worker.generated;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.kumiai.core.Digest;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import org.jspecify.annotations.Nullable;

/// One line of a set's manifest: a sample that was generated, whether it was kept or not. Sample
/// `index` of a class follows from the generator, the seed, the class and its index; dropped
/// samples take an index, too.
///
/// @param label the class
/// @param index from 0 on within the class, without gaps
/// @param file below the set's folder; null of a sample that was dropped and so never stored
/// @param digest of the file
/// @param generator the run's reference to what made it
/// @param prompt what the generator was told besides the class; null where it was told nothing
/// @param negativePrompt what it was told to avoid
/// @param guidance what steered this sample: where the plan asks for real samples and the site has
///   none of the class, [GenerationSpec.Guidance#PROMPT]
/// @param strength how far the real sample was noised; null without one
/// @param realSample index of the real sample it started from among the site's of its class, by
///   file name; null without one
/// @param seed of the set
/// @param reason of [Verdict#DROPPED], and of nothing else
/// @param rejection of [Verdict#REJECTED], and of nothing else
/// @param labelJudged whether something at the site could tell that it shows its class; null of a
///   sample that was dropped
/// @param synthetic always true: for whoever finds the line without the set
/// @param batchLeft samples of the same batch that follow; at 0 the batch is whole, and only then
///   it counts
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
  "class",
  "index",
  "file",
  "digest",
  "verdict",
  "reason",
  "rejection",
  "labelJudged",
  "generator",
  "prompt",
  "negativePrompt",
  "guidance",
  "strength",
  "realSample",
  "seed",
  "synthetic",
  "batchLeft"
})
public record GeneratedSample(
    @JsonProperty("class") String label,
    int index,
    @Nullable String file,
    @Nullable Digest digest,
    GeneratorRef generator,
    @Nullable String prompt,
    @Nullable String negativePrompt,
    GenerationSpec.Guidance guidance,
    @Nullable Double strength,
    @Nullable Integer realSample,
    long seed,
    Verdict verdict,
    @Nullable DropReason reason,
    @Nullable Rejection rejection,
    @Nullable Boolean labelJudged,
    boolean synthetic,
    int batchLeft) {

  /// What became of a sample.
  public enum Verdict {
    /// Local-training trains on it.
    KEPT,
    /// A filter did not want it.
    DROPPED,
    /// A person did not want it.
    REJECTED
  }

  public GeneratedSample {
    require(index >= 0 && batchLeft >= 0, "numbers from 0 on");
    require((file == null) == (verdict == Verdict.DROPPED), "a file unless it was dropped");
    require((digest == null) == (file == null), "a digest of its file");
    require((reason == null) == (verdict != Verdict.DROPPED), "a reason if it was dropped");
    require((rejection == null) == (verdict != Verdict.REJECTED), "who rejected it");
    require(synthetic, "the mark that it is synthetic");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("a generated sample has " + what);
    }
  }

  @JsonIgnore
  public boolean isKept() {
    return verdict == Verdict.KEPT;
  }

  /// The same sample, not wanted any more. A sample that was rejected already stays as it is.
  public GeneratedSample rejected(Rejection by) {
    if (verdict != Verdict.KEPT) {
      return this;
    }
    return new GeneratedSample(
        label,
        index,
        file,
        digest,
        generator,
        prompt,
        negativePrompt,
        guidance,
        strength,
        realSample,
        seed,
        Verdict.REJECTED,
        null,
        by,
        labelJudged,
        true,
        batchLeft);
  }
}
