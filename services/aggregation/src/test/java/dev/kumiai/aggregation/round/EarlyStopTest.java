package dev.kumiai.aggregation.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EarlyStopTest {

  /// Rounds from 0 on; null where none was measured.
  private static List<Round> rounds(@Nullable Double... accuracies) {
    List<Round> rounds = new ArrayList<>();
    for (@Nullable Double accuracy : accuracies) {
      rounds.add(new Round(rounds.size(), 0, Instant.EPOCH, null, accuracy, null, null, null));
    }
    return rounds;
  }

  @Test
  void goesOnWhileAccuracyRises() {
    assertThat(EarlyStop.now(rounds(null, 0.1, 0.2, 0.3), 1)).isFalse();
  }

  @Test
  void stopsWhenTheBestRoundLiesThatFarBack() {
    assertThat(EarlyStop.now(rounds(null, 0.3, 0.2), 2)).isFalse();
    assertThat(EarlyStop.now(rounds(null, 0.3, 0.2, 0.1), 2)).isTrue();
  }

  @Test
  void equalAccuracyIsNoRise() {
    assertThat(EarlyStop.now(rounds(null, 0.3, 0.3, 0.3), 2)).isTrue();
  }

  @Test
  void roundsThatWereNotMeasuredCountAsTimeButNotAsNews() {
    assertThat(EarlyStop.now(rounds(null, null, 0.3, null), 1)).isFalse();
    assertThat(EarlyStop.now(rounds(null, null, 0.3, null, 0.3), 2)).isTrue();
  }

  @Test
  void neverStopsWithoutPatience() {
    assertThat(EarlyStop.now(rounds(null, 0.3, 0.1, 0.1), null)).isFalse();
  }
}
