package dev.kumiai.aggregation.run;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.site.DatasetCounts;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A site in a run, with what it brought when the run was created.
///
/// @param counts its private samples then
/// @param budget samples it generates per class; empty where it generates none
/// @param plan names the generated set; null where it generates none
public record Participant(
    SiteId site, DatasetCounts counts, Map<String, Integer> budget, @Nullable Digest plan) {

  public Participant {
    budget = Collections.unmodifiableSortedMap(new TreeMap<>(budget));
  }
}
