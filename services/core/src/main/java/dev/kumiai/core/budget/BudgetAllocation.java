package dev.kumiai.core.budget;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Shares a total of M samples out over sites and classes, given the private samples `n_kc` of site
/// k and class c; `N_k = sum_c n_kc`. The first three follow the ideas of FedGC (Ye et al. 2023,
/// arXiv 2312.05807): they decide on sites, and each site spreads its part evenly over the classes.
/// [#DEFICIT] is ours.
///
/// Budgets are whole numbers that sum to M. What is left after rounding down goes out one by one,
/// to the largest remainders and, where those are equal, to the poorer first, then by order of
/// classes and of site names: the same counts give the same budgets, in whatever order sites are
/// given.
public enum BudgetAllocation {
  /// `M_k = M / K` for K sites.
  EQUAL {
    @Override
    List<Long> perSite(List<Long> sizes, long total) {
      return Shares.largestRemainder(
          Collections.nCopies(sizes.size(), BigInteger.ONE), sizes, total);
    }
  },

  /// `M_k = M (1 / N_k) / sum_j (1 / N_j)`; a site without samples counts as one of a single
  /// sample.
  ///
  /// As with every largest-remainder rule, a larger M can cost a site one sample (the Alabama
  /// paradox).
  INVERSE {
    @Override
    List<Long> perSite(List<Long> sizes, long total) {
      List<BigInteger> atLeastOne =
          sizes.stream().map(size -> BigInteger.valueOf(Math.max(1, size))).toList();
      BigInteger multiple = atLeastOne.stream().reduce(BigInteger.ONE, BudgetAllocation::lcm);
      return Shares.largestRemainder(
          atLeastOne.stream().map(multiple::divide).toList(), sizes, total);
    }
  },

  /// Fills the smallest sites up to one level: `M_k = max(0, L - N_k)`, with L such that they sum
  /// to M.
  WATER_FILLING {
    @Override
    List<Long> perSite(List<Long> sizes, long total) {
      return Shares.waterFilling(sizes, total);
    }
  },

  /// Fills the poorest classes up to one level, over all classes of all sites: `M_kc = max(0, L -
  /// n_kc)`, with L such that they sum to M. A class that a site lacks comes before one that it
  /// has.
  DEFICIT {
    @Override
    List<List<Long>> perCell(List<List<Long>> counts, long total) {
      int sites = counts.size();
      int classes = counts.getFirst().size();
      List<Long> cells =
          new ArrayList<>(); // class by class: the order in which equal ones are served
      for (int c = 0; c < classes; c++) {
        for (List<Long> site : counts) {
          cells.add(site.get(c));
        }
      }
      List<Long> budgets = Shares.waterFilling(cells, total);
      return IntStream.range(0, sites)
          .mapToObj(
              site ->
                  IntStream.range(0, classes).mapToObj(c -> budgets.get(c * sites + site)).toList())
          .toList();
    }
  };

  /// Shares out a total.
  ///
  /// @param classes of the run, in their order
  /// @param counts for each site its private samples per class; a class that is not named has none
  /// @param total samples that all sites together generate
  /// @return for each site and each class of `classes`, in their orders, the samples to generate
  /// @throws KumiaiException.Invalid `budget-invalid` when there is no site or class, a count or
  ///   the total is negative, or a site counts samples of a class that the run does not have
  public SortedMap<SiteId, Map<String, Integer>> allocate(
      List<String> classes, Map<SiteId, Map<String, Integer>> counts, int total) {
    SortedMap<SiteId, Map<String, Integer>> ordered = new TreeMap<>(counts);
    requireValid(classes, ordered, total);
    List<List<Long>> perClass =
        ordered.values().stream()
            .map(site -> classes.stream().map(c -> (long) site.getOrDefault(c, 0)).toList())
            .toList();
    List<List<Long>> budgets = perCell(perClass, total);
    SortedMap<SiteId, Map<String, Integer>> result = new TreeMap<>();
    for (SiteId site : ordered.keySet()) {
      List<Long> budget = budgets.get(result.size());
      Map<String, Integer> named = new LinkedHashMap<>();
      for (int c = 0; c < classes.size(); c++) {
        named.put(classes.get(c), Math.toIntExact(budget.get(c)));
      }
      result.put(site, Collections.unmodifiableMap(named));
    }
    return result;
  }

  /// The same parts of sites, each spread over the classes that its site holds, by the same rule:
  /// for a generator that varies samples and cannot make a class of which there are none. A site
  /// without samples gets nothing, and its part goes to nobody.
  ///
  /// @return for each site its samples to generate of each class that it holds
  /// @throws KumiaiException.Invalid as [#allocate]
  public SortedMap<SiteId, Map<String, Integer>> allocateToHeld(
      List<String> classes, Map<SiteId, Map<String, Integer>> counts, int total) {
    SortedMap<SiteId, Map<String, Integer>> budgets = allocate(classes, counts, total);
    budgets.replaceAll(
        (site, budget) -> {
          Map<String, Integer> own = new LinkedHashMap<>(counts.getOrDefault(site, Map.of()));
          own.values().removeIf(count -> count == 0);
          List<String> held = classes.stream().filter(own::containsKey).toList();
          int part = budget.values().stream().mapToInt(Integer::intValue).sum();
          return held.isEmpty()
              ? Map.of()
              : allocate(held, Map.of(site, own), part).getOrDefault(site, Map.of());
        });
    return budgets;
  }

  /// Budgets per site.
  List<Long> perSite(List<Long> sizes, long total) {
    throw new UnsupportedOperationException(name() + " decides on classes");
  }

  /// Budgets per site and class.
  List<List<Long>> perCell(List<List<Long>> counts, long total) {
    List<Long> sizes =
        counts.stream().map(site -> site.stream().mapToLong(Long::longValue).sum()).toList();
    List<Long> budgets = perSite(sizes, total);
    return IntStream.range(0, counts.size())
        .mapToObj(
            site ->
                Shares.largestRemainder(
                    Collections.nCopies(counts.get(site).size(), BigInteger.ONE),
                    counts.get(site),
                    budgets.get(site)))
        .toList();
  }

  private static BigInteger lcm(BigInteger a, BigInteger b) {
    return a.divide(a.gcd(b)).multiply(b);
  }

  private static void requireValid(
      List<String> classes, SortedMap<SiteId, Map<String, Integer>> counts, int total) {
    if (classes.isEmpty() || counts.isEmpty()) {
      throw invalid("a budget needs at least one site and one class");
    }
    if (total < 0) {
      throw invalid("the total is " + total + ": give 0 or more samples");
    }
    counts.forEach(
        (site, perClass) ->
            perClass.forEach(
                (name, count) -> {
                  if (!classes.contains(name)) {
                    throw invalid(
                        "site %s counts samples of class '%s', which the run does not have"
                            .formatted(site, name));
                  }
                  if (count < 0) {
                    throw invalid(
                        "site %s counts %d samples of class '%s'".formatted(site, count, name));
                  }
                }));
  }

  private static KumiaiException.Invalid invalid(String message) {
    return new KumiaiException.Invalid("budget-invalid", message);
  }
}
