package dev.kumiai.protocol.site;

import dev.kumiai.core.SiteId;
import java.time.Instant;
import java.util.List;

/// A site as the aggregator knows it.
///
/// @param lastSeen when one of its workers last asked for anything
public record SiteView(
    SiteId site, Instant enrolled, Instant lastSeen, List<DatasetCounts> datasets) {

  public SiteView {
    datasets = List.copyOf(datasets);
  }
}
