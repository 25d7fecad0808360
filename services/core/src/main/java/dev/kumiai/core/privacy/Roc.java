package dev.kumiai.core.privacy;

/// A walk over all thresholds of a score, from the highest down.
final class Roc {

  private final int members;
  private final int others;
  private double area;
  private double best;

  /// Members at or above each different score, after a 0.
  private final int[] hits;

  /// Others at or above it, after a 0.
  private final int[] alarms;

  private int points;

  private Roc(int members, int others) {
    this.members = members;
    this.others = others;
    this.hits = new int[members + others + 1];
    this.alarms = new int[members + others + 1];
    this.points = 1;
  }

  /// @param in scores of members, ascending
  /// @param out scores of the others, ascending
  static Roc of(double[] in, double[] out) {
    Roc roc = new Roc(in.length, out.length);
    int i = in.length;
    int o = out.length;
    while (i > 0 || o > 0) {
      double score = i == 0 ? out[o - 1] : o == 0 ? in[i - 1] : Math.max(in[i - 1], out[o - 1]);
      while (i > 0 && in[i - 1] >= score) {
        i--;
      }
      while (o > 0 && out[o - 1] >= score) {
        o--;
      }
      roc.add(in.length - i, out.length - o);
    }
    return roc;
  }

  private void add(int hit, int alarm) {
    double width = alarm - alarms[points - 1];
    area += width * (hit + hits[points - 1]) / 2 / members / others;
    best = Math.max(best, (double) hit / members - (double) alarm / others);
    hits[points] = hit;
    alarms[points] = alarm;
    points++;
  }

  double auc() {
    return area;
  }

  double bestAdvantage() {
    return best;
  }

  /// The largest true positive rate at a false positive rate of at most `rate`.
  double tprAt(double rate) {
    int most = 0;
    for (int p = 0; p < points; p++) {
      if (alarms[p] <= rate * others) {
        most = hits[p];
      }
    }
    return (double) most / members;
  }
}
