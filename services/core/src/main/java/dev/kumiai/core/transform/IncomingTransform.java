package dev.kumiai.core.transform;

import dev.kumiai.core.strategy.Updates;

/// What happens to the stored updates of a closed round before they count.
public interface IncomingTransform {

  /// The updates as the strategy sees them. What is stored, and what its digest and its site's
  /// signature cover, stays what was sent, so that an aggregation can be repeated from it.
  Updates apply(Updates sent);
}
