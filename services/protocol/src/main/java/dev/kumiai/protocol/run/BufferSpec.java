package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/// How asynchronous rounds go (FedBuff: Nguyen et al. 2021, arXiv 2106.06639): sites train on at
/// their own speed, and whenever enough of their updates have come a new global model is made of
/// them.
///
/// @param size updates that a round is made of, the paper's K; null leaves it to the aggregator:
///   half of the sites, at most 10, which the paper found to work everywhere
/// @param maxStaleness how many global models may have come after the one that a site trains from;
///   a task that is still out then is cancelled
public record BufferSpec(
    @Min(1) @Max(100_000) @Nullable Integer size, @Min(0) @Max(100_000) int maxStaleness) {

  private static final int PAPERS_SIZE = 10;

  public static final BufferSpec DEFAULT = new BufferSpec(null, 100);

  @JsonCreator
  static BufferSpec of(
      @JsonProperty("size") @Nullable Integer size,
      @JsonProperty("maxStaleness") @Nullable Integer maxStaleness) {
    return new BufferSpec(size, maxStaleness == null ? DEFAULT.maxStaleness : maxStaleness);
  }

  /// The same with a size, for a run of so many sites.
  public BufferSpec complete(int sites) {
    return new BufferSpec(sizeFor(sites), maxStaleness);
  }

  /// The size in a run of so many sites.
  public int sizeFor(int sites) {
    return size == null ? Math.min(PAPERS_SIZE, Math.ceilDiv(sites, 2)) : size;
  }
}
