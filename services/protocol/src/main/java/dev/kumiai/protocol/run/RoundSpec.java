package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/// Who is asked in a round, when it starts and closes, and what becomes of sites that fail.
///
/// @param quorum share of the updates aimed at that a round needs; of asynchronous rounds, share of
///   the buffer
/// @param deadlineSeconds how long a round waits for the sites above the quorum; below the quorum
///   the run fails then
/// @param maxAttempts attempts at a task before its site is given up for the round
/// @param leaseSeconds how long a worker may stay silent before its task is handed out again
/// @param buffer how asynchronous rounds go, under a strategy that is made for them; null otherwise
/// @param sitesPerRound how many updates a round aims at, from sites drawn anew for each round;
///   null is all sites of the run
/// @param overSelection share of sites that are asked beyond those, so that the slowest need not be
///   waited for: the round closes when as many as it aims at have answered
/// @param replaceAfterSeconds how long a site may leave its task lying, without a worker that
///   claims it, before another site is asked as well
/// @param maxFaults the fault at which a site is quarantined for the run; 0 is never
/// @param trigger what starts a round
public record RoundSpec(
    @DecimalMin(value = "0.0", inclusive = false) @DecimalMax("1.0") double quorum,
    @Min(1) @Max(604_800) int deadlineSeconds,
    @Min(1) @Max(100) int maxAttempts,
    @Min(1) @Max(86_400) int leaseSeconds,
    @Valid @Nullable BufferSpec buffer,
    @Min(1) @Max(100_000) @Nullable Integer sitesPerRound,
    @DecimalMin("0.0") @DecimalMax("10.0") double overSelection,
    @Min(1) @Max(604_800) int replaceAfterSeconds,
    @Min(0) @Max(1_000_000) int maxFaults,
    Trigger trigger) {

  public static final RoundSpec DEFAULT = new RoundSpec(1.0, 3_600, 3, 30, null);

  /// What starts a round.
  public enum Trigger {
    /// The end of the one before.
    AUTOMATIC,
    /// Somebody asks for it: `POST /api/v1/runs/{run}/rounds`.
    MANUAL
  }

  /// Rounds of all sites that start by themselves.
  public RoundSpec(
      double quorum,
      int deadlineSeconds,
      int maxAttempts,
      int leaseSeconds,
      @Nullable BufferSpec buffer) {
    this(
        quorum,
        deadlineSeconds,
        maxAttempts,
        leaseSeconds,
        buffer,
        null,
        0,
        300,
        0,
        Trigger.AUTOMATIC);
  }

  /// The same with asynchronous rounds.
  public RoundSpec withBuffer(BufferSpec other) {
    return new RoundSpec(
        quorum,
        deadlineSeconds,
        maxAttempts,
        leaseSeconds,
        other,
        sitesPerRound,
        overSelection,
        replaceAfterSeconds,
        maxFaults,
        trigger);
  }

  /// The same, started by something else.
  public RoundSpec withTrigger(Trigger other) {
    return new RoundSpec(
        quorum,
        deadlineSeconds,
        maxAttempts,
        leaseSeconds,
        buffer,
        sitesPerRound,
        overSelection,
        replaceAfterSeconds,
        maxFaults,
        other);
  }

  @JsonCreator
  static RoundSpec of(
      @JsonProperty("quorum") @Nullable Double quorum,
      @JsonProperty("deadlineSeconds") @Nullable Integer deadlineSeconds,
      @JsonProperty("maxAttempts") @Nullable Integer maxAttempts,
      @JsonProperty("leaseSeconds") @Nullable Integer leaseSeconds,
      @JsonProperty("buffer") @Nullable BufferSpec buffer,
      @JsonProperty("sitesPerRound") @Nullable Integer sitesPerRound,
      @JsonProperty("overSelection") @Nullable Double overSelection,
      @JsonProperty("replaceAfterSeconds") @Nullable Integer replaceAfterSeconds,
      @JsonProperty("maxFaults") @Nullable Integer maxFaults,
      @JsonProperty("trigger") @Nullable Trigger trigger) {
    return new RoundSpec(
        quorum == null ? DEFAULT.quorum : quorum,
        deadlineSeconds == null ? DEFAULT.deadlineSeconds : deadlineSeconds,
        maxAttempts == null ? DEFAULT.maxAttempts : maxAttempts,
        leaseSeconds == null ? DEFAULT.leaseSeconds : leaseSeconds,
        buffer,
        sitesPerRound,
        overSelection == null ? DEFAULT.overSelection : overSelection,
        replaceAfterSeconds == null ? DEFAULT.replaceAfterSeconds : replaceAfterSeconds,
        maxFaults == null ? DEFAULT.maxFaults : maxFaults,
        trigger == null ? DEFAULT.trigger : trigger);
  }

  /// How many updates a round of a run with so many sites aims at.
  public int aimedAt(int sites) {
    return sitesPerRound == null ? sites : Math.min(sitesPerRound, sites);
  }
}
