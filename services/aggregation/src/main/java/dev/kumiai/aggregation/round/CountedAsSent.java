package dev.kumiai.aggregation.round;

import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.transform.IncomingTransform;
import jakarta.enterprise.context.ApplicationScoped;

/// Counts updates as sites sent them.
@ApplicationScoped
class CountedAsSent implements IncomingTransform {

  @Override
  public Updates apply(Updates sent) {
    return sent;
  }
}
