package dev.kumiai.aggregation.round;

import dev.kumiai.core.RunSeed;
import dev.kumiai.core.SiteId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Draws the sites of a round.
///
/// Every site has a number of 64 bits in every round, derived from the run's seed, and the least
/// come first: each site is as likely as any other, whoever is left out leaves the order of the
/// rest as it was, and whoever repeats the draw gets the same.
final class Lot {

  private static final String PURPOSE = "selection";

  private Lot() {}

  static List<SiteId> draw(RunSeed seed, int round, Collection<SiteId> sites) {
    return sites.stream()
        .map(site -> new Ticket(seed.derive(PURPOSE, round, site.value()), site))
        .sorted()
        .map(Ticket::site)
        .toList();
  }

  private record Ticket(long number, SiteId site) implements Comparable<Ticket> {
    private static final Comparator<Ticket> ORDER =
        Comparator.comparingLong(Ticket::number).thenComparing(Ticket::site);

    @Override
    public int compareTo(Ticket other) {
      return ORDER.compare(this, other);
    }
  }
}
