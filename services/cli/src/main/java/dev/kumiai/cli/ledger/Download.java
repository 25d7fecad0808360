package dev.kumiai.cli.ledger;

import dev.kumiai.core.RunId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerHead;
import dev.kumiai.protocol.ledger.LedgerPage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a chain from an aggregator, page by page.
public final class Download {

  private final AggregatorClient aggregator;

  public Download(AggregatorClient aggregator) {
    this.aggregator = aggregator;
  }

  /// Reads all entries that there are.
  ///
  /// @param run whose; null for what belongs to no run
  /// @return where the aggregator said last that the chain ends
  public LedgerHead each(@Nullable RunId run, Consumer<LedgerEntry> entry) {
    long after = 0;
    while (true) {
      LedgerPage page = aggregator.ledger(run, after);
      page.entries().forEach(entry);
      if (page.entries().isEmpty() || page.entries().getLast().number() >= page.head().number()) {
        return page.head();
      }
      // A number that does not rise would be asked for again and again.
      after = Math.max(after + 1, page.entries().getLast().number());
    }
  }
}
