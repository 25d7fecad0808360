package dev.kumiai.aggregation;

import dev.kumiai.core.process.Tether;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/// Entry point of the aggregation service.
@QuarkusMain
public final class AggregationMain {

  private AggregationMain() {}

  public static void main(String... args) {
    Tether.holdWhereAsked();
    Quarkus.run(args);
  }
}
