package dev.kumiai.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.SiteId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/// What holds for all counts and totals.
class BudgetLawsTest {

  private static final String SEED = "20231210";

  /// What sites have: a row for each site, a column for each class.
  record Counts(List<List<Integer>> rows) {
    List<String> classes() {
      return IntStream.range(0, rows.getFirst().size()).mapToObj(c -> "class-" + c).toList();
    }

    Map<SiteId, Map<String, Integer>> bySite() {
      Map<SiteId, Map<String, Integer>> bySite = new LinkedHashMap<>();
      for (int site = 0; site < rows.size(); site++) {
        Map<String, Integer> perClass = new LinkedHashMap<>();
        for (int c = 0; c < rows.get(site).size(); c++) {
          perClass.put("class-" + c, rows.get(site).get(c));
        }
        bySite.put(new SiteId("site-" + site), perClass);
      }
      return bySite;
    }

    SortedMap<SiteId, Map<String, Integer>> allocate(BudgetAllocation rule, int total) {
      return rule.allocate(classes(), bySite(), total);
    }
  }

  @Provide
  Arbitrary<Counts> counts() {
    Arbitrary<Integer> count =
        Arbitraries.frequencyOf(
            Tuple.of(1, Arbitraries.just(0)),
            Tuple.of(2, Arbitraries.integers().between(0, 8)),
            Tuple.of(2, Arbitraries.integers().between(0, 5_000)));
    return Combinators.combine(
            Arbitraries.integers().between(1, 8), Arbitraries.integers().between(1, 6))
        .flatAs((sites, classes) -> count.list().ofSize(classes).list().ofSize(sites))
        .map(Counts::new);
  }

  @Property(seed = SEED)
  void budgetsAreWholeNonNegativeAndSumToTheTotal(
      @ForAll BudgetAllocation rule,
      @ForAll("counts") Counts counts,
      @ForAll @IntRange(max = 100_000_000) int total) {
    var budgets = counts.allocate(rule, total);

    assertThat(budgets).hasSameSizeAs(counts.rows());
    assertThat(budgets.values())
        .allMatch(site -> List.copyOf(site.keySet()).equals(counts.classes()));
    assertThat(all(budgets)).allMatch(budget -> budget >= 0);
    assertThat(all(budgets).stream().mapToLong(Integer::longValue).sum()).isEqualTo(total);
  }

  @Property(seed = SEED)
  void heldClassesGetAllThatTheirSiteWouldGenerate(
      @ForAll BudgetAllocation rule,
      @ForAll("counts") Counts counts,
      @ForAll @IntRange(max = 10_000) int total) {
    var held = rule.allocateToHeld(counts.classes(), counts.bySite(), total);

    var usual = counts.allocate(rule, total);
    assertThat(held.keySet()).isEqualTo(usual.keySet());
    held.forEach(
        (site, budget) -> {
          Map<String, Integer> own = Map.copyOf(counts.bySite().getOrDefault(site, Map.of()));
          assertThat(budget.keySet()).allMatch(label -> own.getOrDefault(label, 0) > 0);
          assertThat(sum(budget))
              .isEqualTo(sum(own) == 0 ? 0 : sum(usual.getOrDefault(site, Map.of())));
        });
  }

  private static int sum(Map<String, Integer> samples) {
    return samples.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Property(seed = SEED)
  void theOrderInWhichSitesAreGivenChangesNothing(
      @ForAll BudgetAllocation rule,
      @ForAll("counts") Counts counts,
      @ForAll @IntRange(max = 10_000) int total,
      @ForAll Random random) {
    List<Map.Entry<SiteId, Map<String, Integer>>> entries =
        new ArrayList<>(counts.bySite().entrySet());
    Collections.shuffle(entries, random);
    Map<SiteId, Map<String, Integer>> shuffled = new LinkedHashMap<>();
    entries.forEach(entry -> shuffled.put(entry.getKey(), entry.getValue()));

    assertThat(rule.allocate(counts.classes(), shuffled, total))
        .isEqualTo(counts.allocate(rule, total));
  }

  /// Which site has which counts matters only where equals are chosen from, by one sample per
  /// class.
  @Property(seed = SEED)
  void exchangingTheCountsOfSitesExchangesTheirBudgets(
      @ForAll BudgetAllocation rule,
      @ForAll("counts") Counts counts,
      @ForAll @IntRange(max = 10_000) int total,
      @ForAll Random random) {
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, counts.rows().size()).boxed().toList());
    Collections.shuffle(order, random);
    Counts permuted = new Counts(order.stream().map(counts.rows()::get).toList());

    var budgets = List.copyOf(counts.allocate(rule, total).values());
    var exchanged = List.copyOf(permuted.allocate(rule, total).values());

    for (int i = 0; i < order.size(); i++) {
      List<Integer> one = List.copyOf(budgets.get(order.get(i)).values());
      List<Integer> other = List.copyOf(exchanged.get(i).values());
      for (int c = 0; c < one.size(); c++) {
        assertThat(other.get(c) - one.get(c)).isBetween(-1, 1);
      }
    }
  }

  @Property(seed = SEED)
  void oneSampleMoreTakesFromNobody(
      @ForAll("monotone") BudgetAllocation rule,
      @ForAll("counts") Counts counts,
      @ForAll @IntRange(max = 10_000) int total) {
    List<Integer> before = all(counts.allocate(rule, total));
    List<Integer> after = all(counts.allocate(rule, total + 1));

    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i)).isGreaterThanOrEqualTo(before.get(i));
    }
  }

  /// All but [BudgetAllocation#INVERSE], which has the Alabama paradox.
  @Provide
  Arbitrary<BudgetAllocation> monotone() {
    return Arbitraries.of(
        BudgetAllocation.EQUAL, BudgetAllocation.WATER_FILLING, BudgetAllocation.DEFICIT);
  }

  @Property(seed = SEED)
  void equalBudgetsOfSitesDifferByOneAtMost(
      @ForAll("counts") Counts counts, @ForAll @IntRange(max = 10_000) int total) {
    List<Long> sites = perSite(counts.allocate(BudgetAllocation.EQUAL, total));

    assertThat(Collections.max(sites) - Collections.min(sites)).isLessThanOrEqualTo(1);
  }

  @Property(seed = SEED)
  void inverseStaysWithinOneOfTheExactQuota(
      @ForAll("counts") Counts counts, @ForAll @IntRange(max = 1_000_000) int total) {
    List<Long> sites = perSite(counts.allocate(BudgetAllocation.INVERSE, total));

    List<Double> weights = counts.rows().stream().map(row -> 1.0 / Math.max(1, sum(row))).toList();
    double all = weights.stream().mapToDouble(Double::doubleValue).sum();
    for (int site = 0; site < sites.size(); site++) {
      assertThat(sites.get(site) - total * weights.get(site) / all).isBetween(-1 - 1e-6, 1 + 1e-6);
    }
  }

  /// Nobody is raised above anybody who has less, and so the least is as large as it can be.
  @Property(seed = SEED)
  void waterFillingLeavesOneLevel(
      @ForAll("counts") Counts counts, @ForAll @IntRange(max = 30_000) int total) {
    List<Long> sites = perSite(counts.allocate(BudgetAllocation.WATER_FILLING, total));

    assertOneLevel(counts.rows().stream().map(BudgetLawsTest::sum).toList(), sites);
  }

  @Property(seed = SEED)
  void deficitLeavesOneLevelOverAllClassesOfAllSites(
      @ForAll("counts") Counts counts, @ForAll @IntRange(max = 30_000) int total) {
    List<Integer> budgets = all(counts.allocate(BudgetAllocation.DEFICIT, total));

    assertOneLevel(
        counts.rows().stream().flatMap(List::stream).map(Integer::longValue).toList(),
        budgets.stream().map(Integer::longValue).toList());
  }

  private static void assertOneLevel(List<Long> has, List<Long> gets) {
    long highest = Long.MIN_VALUE; // of those that were raised
    long lowest = Long.MAX_VALUE; // of all
    for (int i = 0; i < has.size(); i++) {
      long level = has.get(i) + gets.get(i);
      lowest = Math.min(lowest, level);
      highest = gets.get(i) > 0 ? Math.max(highest, level) : highest;
    }
    assertThat(highest).isLessThanOrEqualTo(lowest + 1);
  }

  @Property(seed = SEED)
  void largestRemainderIsTheQuotaRoundedDownOrUp(
      @ForAll List<@IntRange(max = 1_000) Integer> small,
      @ForAll @IntRange(max = 100_000) int total) {
    List<BigInteger> weights = new ArrayList<>(List.of(BigInteger.ONE));
    small.forEach(weight -> weights.add(BigInteger.valueOf(weight)));
    BigInteger sum = weights.stream().reduce(BigInteger.ZERO, BigInteger::add);

    List<Long> shares =
        Shares.largestRemainder(weights, Collections.nCopies(weights.size(), 0L), total);

    for (int i = 0; i < shares.size(); i++) {
      long down = BigInteger.valueOf(total).multiply(weights.get(i)).divide(sum).longValueExact();
      assertThat(shares.get(i)).isBetween(down, down + 1);
    }
    assertThat(shares.stream().mapToLong(Long::longValue).sum()).isEqualTo(total);
  }

  private static List<Integer> all(SortedMap<SiteId, Map<String, Integer>> budgets) {
    return budgets.values().stream().flatMap(site -> site.values().stream()).toList();
  }

  private static List<Long> perSite(SortedMap<SiteId, Map<String, Integer>> budgets) {
    return budgets.values().stream().map(site -> sum(site.values())).toList();
  }

  private static long sum(Collection<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).sum();
  }
}
