package dev.kumiai.aggregation.run;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;

/// An aggregator that launches no Jobs, unless another bean says that it does.
@DefaultBean
@ApplicationScoped
class NoJobs implements JobExecution {

  @Override
  public boolean available() {
    return false;
  }
}
