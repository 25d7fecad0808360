package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/// When a round closes and how often a failed task is tried again.
///
/// @param quorum share of the sites whose updates a round needs; of asynchronous rounds, share of
///   the buffer
/// @param deadlineSeconds how long a round waits for the sites above the quorum; below the quorum
///   the run fails then
/// @param maxAttempts attempts at a task before its site is given up for the round
/// @param leaseSeconds how long a worker may stay silent before its task is handed out again
/// @param buffer how asynchronous rounds go, under a strategy that is made for them; null otherwise
public record RoundSpec(
    @DecimalMin(value = "0.0", inclusive = false) @DecimalMax("1.0") double quorum,
    @Min(1) @Max(604_800) int deadlineSeconds,
    @Min(1) @Max(100) int maxAttempts,
    @Min(1) @Max(86_400) int leaseSeconds,
    @Valid @Nullable BufferSpec buffer) {

  public static final RoundSpec DEFAULT = new RoundSpec(1.0, 3_600, 3, 30, null);

  /// The same with asynchronous rounds.
  public RoundSpec withBuffer(BufferSpec other) {
    return new RoundSpec(quorum, deadlineSeconds, maxAttempts, leaseSeconds, other);
  }

  @JsonCreator
  static RoundSpec of(
      @JsonProperty("quorum") @Nullable Double quorum,
      @JsonProperty("deadlineSeconds") @Nullable Integer deadlineSeconds,
      @JsonProperty("maxAttempts") @Nullable Integer maxAttempts,
      @JsonProperty("leaseSeconds") @Nullable Integer leaseSeconds,
      @JsonProperty("buffer") @Nullable BufferSpec buffer) {
    return new RoundSpec(
        quorum == null ? DEFAULT.quorum : quorum,
        deadlineSeconds == null ? DEFAULT.deadlineSeconds : deadlineSeconds,
        maxAttempts == null ? DEFAULT.maxAttempts : maxAttempts,
        leaseSeconds == null ? DEFAULT.leaseSeconds : leaseSeconds,
        buffer);
  }
}
