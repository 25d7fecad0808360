package dev.kumiai.aggregation.site;

import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.site.DatasetCounts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A site as the aggregator knows it.
public record Site(SiteId id, Instant enrolled, Instant lastSeen, List<DatasetCounts> datasets) {

  public Site {
    datasets = List.copyOf(datasets);
  }

  /// What it holds of a data set; empty when it never said.
  public Optional<DatasetCounts> counts(String dataset) {
    return datasets.stream().filter(counts -> counts.dataset().equals(dataset)).findFirst();
  }
}
