package dev.kumiai.aggregation;

import dev.kumiai.core.process.Tether;
import dev.kumiai.protocol.client.ReadyCheck;
import dev.kumiai.protocol.client.TlsStores;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/// Entry point of the aggregation service.
@QuarkusMain
public final class AggregationMain {

  private AggregationMain() {}

  public static void main(String... args) {
    ReadyCheck.runWhereAsked(args);
    Tether.holdWhereAsked();
    TlsStores.useThoseOfEnvironment();
    Quarkus.run(args);
  }
}
