package dev.kumiai.aggregation.round;

import java.util.Optional;
import java.util.UUID;

/// One process of the aggregator. A process that starts again is another one: what the first had
/// claimed is not the second's.
///
/// @param value the host's name, for a person, and a random part
public record ReplicaId(String value) {

  private static final int LONGEST_HOST = 63;
  private static final int RANDOM_DIGITS = 12;

  static ReplicaId random() {
    String host =
        Optional.ofNullable(System.getenv("HOSTNAME"))
            .filter(name -> !name.isBlank())
            .orElse("aggregator");
    String random = UUID.randomUUID().toString();
    return new ReplicaId(
        host.substring(0, Math.min(host.length(), LONGEST_HOST))
            + "-"
            + random.substring(random.length() - RANDOM_DIGITS));
  }

  @Override
  public String toString() {
    return value;
  }
}
