package dev.kumiai.aggregation;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/// Starts the aggregator.
@QuarkusMain
public class AggregationMain {

  public static void main(String[] args) {
    // A data folder may be given relative to where the aggregator was started.
    System.setProperty("h2.implicitRelativePath", "true");
    Quarkus.run(args);
  }
}
