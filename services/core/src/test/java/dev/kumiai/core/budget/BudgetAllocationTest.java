package dev.kumiai.core.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Examples worked out by hand; the laws are in [BudgetLawsTest].
class BudgetAllocationTest {

  private static final SiteId MILL = new SiteId("mill");
  private static final SiteId FOUNDRY = new SiteId("foundry");
  private static final SiteId PRESS = new SiteId("press");
  private static final List<String> CLASSES = List.of("scratch", "pit");

  @Test
  void equalGivesEverySiteAndClassTheSame() {
    var budgets =
        BudgetAllocation.EQUAL.allocate(
            CLASSES,
            Map.of(MILL, Map.of("scratch", 90, "pit", 10), FOUNDRY, Map.of("scratch", 1)),
            10);

    // 5 each, and the odd one to the class of which a site has less.
    assertThat(budgets)
        .containsEntry(MILL, Map.of("scratch", 2, "pit", 3))
        .containsEntry(FOUNDRY, Map.of("scratch", 2, "pit", 3));
  }

  @Test
  void inverseGivesHalfAsMuchToTwiceAsManySamples() {
    var budgets =
        BudgetAllocation.INVERSE.allocate(
            List.of("pit"),
            Map.of(MILL, Map.of("pit", 10), FOUNDRY, Map.of("pit", 20), PRESS, Map.of("pit", 40)),
            70);

    assertThat(budgets)
        .containsEntry(MILL, Map.of("pit", 40))
        .containsEntry(FOUNDRY, Map.of("pit", 20))
        .containsEntry(PRESS, Map.of("pit", 10));
  }

  @Test
  void inverseCountsEmptySiteAsOneSample() {
    var budgets =
        BudgetAllocation.INVERSE.allocate(
            List.of("pit"), Map.of(MILL, Map.of(), FOUNDRY, Map.of("pit", 3)), 8);

    assertThat(budgets)
        .containsEntry(MILL, Map.of("pit", 6))
        .containsEntry(FOUNDRY, Map.of("pit", 2));
  }

  @Test
  void waterFillingRaisesTheSmallestSitesToOneLevel() {
    var budgets =
        BudgetAllocation.WATER_FILLING.allocate(
            CLASSES,
            Map.of(
                MILL, Map.of("scratch", 10),
                FOUNDRY, Map.of("scratch", 4, "pit", 10),
                PRESS, Map.of("scratch", 100)),
            16);

    // Level 20: mill 10 + 10, foundry 14 + 6, press stays at 100; each half and half over classes.
    assertThat(budgets)
        .containsEntry(MILL, Map.of("scratch", 5, "pit", 5))
        .containsEntry(FOUNDRY, Map.of("scratch", 3, "pit", 3))
        .containsEntry(PRESS, Map.of("scratch", 0, "pit", 0));
  }

  @Test
  void deficitRaisesThePoorestClassesOfAllSitesToOneLevel() {
    var budgets =
        BudgetAllocation.DEFICIT.allocate(
            CLASSES,
            Map.of(
                MILL, Map.of("scratch", 10, "pit", 2),
                FOUNDRY, Map.of("scratch", 0, "pit", 50),
                PRESS, Map.of("scratch", 7, "pit", 9)),
            17);

    // Level 8 2/3: mill's pits 2 -> 9, foundry's scratches 0 -> 9, press's scratches 7 -> 8.
    assertThat(budgets)
        .containsEntry(MILL, Map.of("scratch", 0, "pit", 7))
        .containsEntry(FOUNDRY, Map.of("scratch", 9, "pit", 0))
        .containsEntry(PRESS, Map.of("scratch", 1, "pit", 0));
  }

  @Test
  void heldClassesTakeThePartOfThoseThatTheirSiteLacks() {
    Map<SiteId, Map<String, Integer>> counts =
        Map.of(
            MILL, Map.of("scratch", 10, "pit", 2),
            FOUNDRY, Map.of("scratch", 0, "pit", 50),
            PRESS, Map.of());

    // All of it: mill 0 + 7, foundry 9 + 0, press 9 + 9, and level 9 for the mill's own classes.
    assertThat(BudgetAllocation.DEFICIT.allocateToHeld(CLASSES, counts, 34))
        .containsEntry(MILL, Map.of("scratch", 0, "pit", 7))
        .containsEntry(FOUNDRY, Map.of("pit", 9))
        .containsEntry(PRESS, Map.of());
    assertThat(BudgetAllocation.EQUAL.allocateToHeld(CLASSES, counts, 30))
        .containsEntry(MILL, Map.of("scratch", 5, "pit", 5))
        .containsEntry(FOUNDRY, Map.of("pit", 10));
  }

  @Test
  void largestRemainderGivesTheKnownSeats() {
    // Wikipedia's example of Hamilton's rule: 100,000 votes, 10 seats.
    assertThat(
            Shares.largestRemainder(
                LongStream.of(47_000, 16_000, 15_900, 12_000, 6_000, 3_100)
                    .mapToObj(BigInteger::valueOf)
                    .toList(),
                List.of(0L, 0L, 0L, 0L, 0L, 0L),
                10))
        .containsExactly(5L, 2L, 1L, 1L, 1L, 0L);
  }

  @Test
  void refusesWhatCannotBeShared() {
    Map<SiteId, Map<String, Integer>> counts = Map.of(MILL, Map.of("pit", 1));

    assertInvalid(() -> BudgetAllocation.EQUAL.allocate(CLASSES, Map.of(), 1));
    assertInvalid(() -> BudgetAllocation.EQUAL.allocate(List.of(), Map.of(MILL, Map.of()), 1));
    assertInvalid(() -> BudgetAllocation.DEFICIT.allocate(CLASSES, counts, -1));
    assertInvalid(() -> BudgetAllocation.DEFICIT.allocate(List.of("scratch"), counts, 1));
    assertInvalid(
        () -> BudgetAllocation.INVERSE.allocate(CLASSES, Map.of(MILL, Map.of("pit", -1)), 1));
  }

  private static void assertInvalid(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo("budget-invalid"));
  }
}
