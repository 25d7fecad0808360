package dev.kumiai.aggregation;

import dev.kumiai.aggregation.run.JobExecution;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;

/// Whether Jobs can be launched, as a test says; they cannot unless it does. Who launches them is
/// the test, then.
@Alternative
@Priority(1)
@ApplicationScoped
class ChosenJobs implements JobExecution {

  private volatile boolean launched;

  void launch(boolean possible) {
    launched = possible;
  }

  @Override
  public boolean available() {
    return launched;
  }
}
