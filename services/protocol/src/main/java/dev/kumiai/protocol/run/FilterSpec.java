package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.core.quality.FilterRules;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import org.jspecify.annotations.Nullable;

/// Which generated samples are dropped, in this order. What is no image at all is always dropped.
///
/// @param constant drops samples without content: all values the same
/// @param labels drops samples of which a classifier of the site's own data says another class;
///   classes that the site does not hold are not judged
/// @param minLabelProbability the least probability of its class that a sample is kept with
/// @param duplicates drops samples that repeat an earlier one of the set
/// @param duplicateDistance root mean square difference of two samples, as a share of the range of
///   values, up to which one repeats the other
/// @param nearCopies drops samples that are nearly a private one
/// @param nearCopyRatio a sample is a near copy when its distance to the nearest private sample is
///   below this share of the typical distance of a private sample to its nearest other
public record FilterSpec(
    boolean constant,
    boolean labels,
    @DecimalMin("0.0") @DecimalMax("1.0") double minLabelProbability,
    boolean duplicates,
    @DecimalMin("0.0") @DecimalMax("1.0") double duplicateDistance,
    boolean nearCopies,
    @DecimalMin("0.0") @DecimalMax("1.0") double nearCopyRatio) {

  /// All of them.
  public static final FilterSpec DEFAULT = new FilterSpec(true, true, 0.05, true, 0.01, true, 0.5);

  /// All that suit a generator: classical augmentation is meant to stay near private samples.
  public static FilterSpec defaultFor(@Nullable GeneratorRef generator) {
    return generator instanceof GeneratorRef.Classical ? DEFAULT.withNearCopies(false) : DEFAULT;
  }

  /// What the site's filters go by.
  public FilterRules rules() {
    return new FilterRules(
        constant,
        labels,
        minLabelProbability,
        duplicates,
        duplicateDistance,
        nearCopies,
        nearCopyRatio);
  }

  /// The same, with or without the filter of near copies.
  public FilterSpec withNearCopies(boolean drop) {
    return new FilterSpec(
        constant, labels, minLabelProbability, duplicates, duplicateDistance, drop, nearCopyRatio);
  }

  @JsonCreator
  static FilterSpec of(
      @JsonProperty("constant") @Nullable Boolean constant,
      @JsonProperty("labels") @Nullable Boolean labels,
      @JsonProperty("minLabelProbability") @Nullable Double minLabelProbability,
      @JsonProperty("duplicates") @Nullable Boolean duplicates,
      @JsonProperty("duplicateDistance") @Nullable Double duplicateDistance,
      @JsonProperty("nearCopies") @Nullable Boolean nearCopies,
      @JsonProperty("nearCopyRatio") @Nullable Double nearCopyRatio) {
    return new FilterSpec(
        constant == null ? DEFAULT.constant : constant,
        labels == null ? DEFAULT.labels : labels,
        minLabelProbability == null ? DEFAULT.minLabelProbability : minLabelProbability,
        duplicates == null ? DEFAULT.duplicates : duplicates,
        duplicateDistance == null ? DEFAULT.duplicateDistance : duplicateDistance,
        nearCopies == null ? DEFAULT.nearCopies : nearCopies,
        nearCopyRatio == null ? DEFAULT.nearCopyRatio : nearCopyRatio);
  }
}
