package dev.kumiai.core.strategy.robust;

/// Cuts vectors down to a length.
final class Clip {

  private Clip() {}

  /// What to multiply a vector with so that it is no longer than this; 1 where it is not.
  ///
  /// @param squaredNorm of the vector
  static double factor(double longest, double squaredNorm) {
    double norm = Math.sqrt(squaredNorm);
    return norm <= longest ? 1 : longest / norm;
  }
}
