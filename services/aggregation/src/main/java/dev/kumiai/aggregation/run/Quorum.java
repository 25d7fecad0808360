package dev.kumiai.aggregation.run;

/// How many of the sites a stage needs.
public final class Quorum {

  /// 0.7 x 10 is 7.000000000000001 in binary, and means 7.
  private static final double ROUNDING = 1e-9;

  private Quorum() {}

  /// The smallest whole number that is at least `share` of the sites, and at least 1.
  public static int of(double share, int sites) {
    return Math.max(1, (int) Math.ceil(share * sites - ROUNDING));
  }
}
