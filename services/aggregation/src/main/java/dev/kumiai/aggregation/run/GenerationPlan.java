package dev.kumiai.aggregation.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunSeed;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.budget.BudgetAllocation;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.site.DatasetCounts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who generates how much of what: the announced counts decide.
public final class GenerationPlan {

  /// Equal inputs have to give equal text, and so equal digests, in every release.
  private static final ObjectMapper CANONICAL =
      KumiaiJson.configure(
          JsonMapper.builder()
              .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
              .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
              .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
              .build());

  /// Fields that say nothing which the budgets do not say.
  private static final List<String> BUDGETING = List.of("allocation", "totalSamples", "multiple");

  private GenerationPlan() {}

  /// The sites of a run with their budgets, in canonical order.
  ///
  /// @param counts what each site holds of the run's data set
  public static List<Participant> participants(
      RunSpec spec, SortedMap<SiteId, DatasetCounts> counts) {
    Map<SiteId, Map<String, Integer>> budgets = budgets(spec, counts);
    List<Participant> participants = new ArrayList<>();
    counts.forEach(
        (site, held) -> {
          Map<String, Integer> budget = new TreeMap<>(budgets.getOrDefault(site, Map.of()));
          budget.values().removeIf(samples -> samples == 0);
          participants.add(
              new Participant(
                  site, held, budget, budget.isEmpty() ? null : plan(spec, site, budget)));
        });
    return participants;
  }

  /// Seed of everything that a site draws while it generates.
  public static long seed(RunSpec spec, SiteId site) {
    return new RunSeed(spec.seed()).derive("generation", 0, site.value());
  }

  /// Everything a generated set follows from: how a set is used is none of it.
  ///
  /// @param generation without what only says how large the budgets are
  private record Content(
      SiteId site, DataSpec data, JsonNode generation, Map<String, Integer> budget, long seed) {}

  private static Digest plan(RunSpec spec, SiteId site, Map<String, Integer> budget) {
    ObjectNode generation = CANONICAL.valueToTree(Objects.requireNonNull(spec.generation()));
    Content content =
        new Content(site, spec.data(), generation.without(BUDGETING), budget, seed(spec, site));
    try {
      return Digest.of(CANONICAL.writeValueAsString(content).getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<SiteId, Map<String, Integer>> budgets(
      RunSpec spec, SortedMap<SiteId, DatasetCounts> counts) {
    GenerationSpec generation = spec.generation();
    if (generation == null) {
      return Map.of();
    }
    List<String> classes = spec.data().classes();
    Map<SiteId, Map<String, Integer>> held = new TreeMap<>();
    counts.forEach(
        (site, announced) -> {
          Map<String, Integer> known = new TreeMap<>(announced.perClass());
          known.keySet().retainAll(classes);
          held.put(site, known);
        });
    BudgetAllocation allocation = allocation(generation.allocation());
    int total = Math.toIntExact(total(generation, privateSamples(counts)));
    return generation.generator() instanceof GeneratorRef.Classical
        ? allocation.allocateToHeld(classes, held, total)
        : allocation.allocate(classes, held, total);
  }

  /// Samples that all sites together generate.
  ///
  /// @param privateSamples that all of them hold
  public static long total(GenerationSpec generation, long privateSamples) {
    Integer total = generation.totalSamples();
    return total == null
        ? Math.round(Objects.requireNonNull(generation.multiple()) * privateSamples)
        : total;
  }

  /// Samples that sites hold together.
  public static long privateSamples(Map<SiteId, DatasetCounts> counts) {
    return counts.values().stream().mapToLong(DatasetCounts::total).sum();
  }

  private static BudgetAllocation allocation(GenerationSpec.Allocation allocation) {
    return switch (allocation) {
      case EQUAL -> BudgetAllocation.EQUAL;
      case INVERSE -> BudgetAllocation.INVERSE;
      case WATER_FILLING -> BudgetAllocation.WATER_FILLING;
      case DEFICIT -> BudgetAllocation.DEFICIT;
    };
  }
}
