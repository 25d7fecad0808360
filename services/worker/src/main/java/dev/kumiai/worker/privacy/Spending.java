package dev.kumiai.worker.privacy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.privacy.PrivacyLoss;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// One line of a site's privacy ledger: something that was released with noise.
///
/// @param at when
/// @param what was released
/// @param mechanism name of the noise
/// @param sensitivity by how much one sample more or less changes what was released before the
///   noise
/// @param epsilon of pure differential privacy; 0 where the loss is concentrated
/// @param rho of zero-concentrated differential privacy; 0 where the loss is pure
/// @param exact digest of the numbers without noise: the same numbers are not paid for twice
/// @param released the numbers with noise
record Spending(
    Instant at,
    String what,
    String mechanism,
    int sensitivity,
    double epsilon,
    double rho,
    Digest exact,
    SortedMap<String, Integer> released) {

  Spending {
    released = Collections.unmodifiableSortedMap(new TreeMap<>(released));
  }

  PrivacyLoss loss() {
    return new PrivacyLoss(epsilon, rho);
  }

  /// Whether this is the same release of the same numbers.
  boolean isFor(String other, String otherMechanism, PrivacyLoss otherLoss, Digest otherExact) {
    return what.equals(other)
        && mechanism.equals(otherMechanism)
        && loss().equals(otherLoss)
        && exact.equals(otherExact);
  }
}
