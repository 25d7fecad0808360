package dev.kumiai.engine.quality;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.LabelledImages;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/// Images of which an attacker wants to know whether a network was trained on them.
///
/// @param members images that it was trained on
/// @param others images of the same kind that it was not trained on
/// @param rest nobody asks about these; shadow models are trained on a half of them, too, so that
///   they see about as many images as the attacked network did
public record Candidates(LabelledImages members, LabelledImages others, LabelledImages rest) {

  public Candidates {
    if (members.isEmpty() || others.isEmpty()) {
      throw new KumiaiException.Invalid(
          "attack-without-images",
          "an attack takes members and others of one class at least, not %s and %s: name folders that have both"
              .formatted(members.countByName(), others.countByName()));
    }
  }

  /// Asks about as many of each class on both sides, spread evenly over what there is: where the
  /// mixes of classes differ, an attack would tell classes apart and look like one on membership.
  ///
  /// @param limit images to ask about on each side at most
  /// @throws KumiaiException.Invalid `attack-without-images`, `attack-others-are-members`
  public static Candidates matched(LabelledImages members, LabelledImages others, int limit) {
    requireApart(members, others);
    int[] quotas = quotas(members.countPerClass(), others.countPerClass(), limit);
    boolean[] chosenMembers = chosen(members, quotas);
    boolean[] chosenOthers = chosen(others, quotas);
    return new Candidates(
        select(members, chosenMembers, true),
        select(others, chosenOthers, true),
        select(members, chosenMembers, false).plus(select(others, chosenOthers, false)));
  }

  private static void requireApart(LabelledImages members, LabelledImages others) {
    Set<Digest> known = new HashSet<>();
    IntStream.range(0, members.size()).forEach(i -> known.add(members.contentDigest(i)));
    long both =
        IntStream.range(0, others.size())
            .filter(i -> known.contains(others.contentDigest(i)))
            .count();
    if (both > 0) {
      throw new KumiaiException.Invalid(
          "attack-others-are-members",
          "%d of the %d others are among the members: name images that were not trained on"
              .formatted(both, others.size()));
    }
  }

  /// All that both sides have, or shares of the limit in proportion to that.
  private static int[] quotas(int[] members, int[] others, int limit) {
    int[] quotas = new int[members.length];
    Arrays.setAll(quotas, c -> Math.min(members[c], others[c]));
    long total = Arrays.stream(quotas).asLongStream().sum();
    if (total <= limit) {
      return quotas;
    }
    long seen = 0;
    long given = 0;
    for (int c = 0; c < quotas.length; c++) {
      seen += quotas[c];
      long until = seen * limit / total;
      quotas[c] = (int) (until - given);
      given = until;
    }
    return quotas;
  }

  private static boolean[] chosen(LabelledImages images, int[] quotas) {
    int[] counts = images.countPerClass();
    int[] seen = new int[quotas.length];
    boolean[] chosen = new boolean[images.size()];
    for (int i = 0; i < chosen.length; i++) {
      int label = images.label(i);
      long before = (long) seen[label] * quotas[label] / counts[label];
      seen[label]++;
      chosen[i] = (long) seen[label] * quotas[label] / counts[label] > before;
    }
    return chosen;
  }

  private static LabelledImages select(LabelledImages images, boolean[] chosen, boolean wanted) {
    return images.select(
        IntStream.range(0, chosen.length).filter(i -> chosen[i] == wanted).toArray());
  }

  /// Members, then others.
  LabelledImages asked() {
    return members.plus(others);
  }

  /// All that a shadow model may be trained on, those that are asked about first.
  LabelledImages all() {
    return asked().plus(rest);
  }

  /// Images that a shadow model is trained on, give or take one.
  public int shadowImages() {
    return (members.size() + others.size() + rest.size()) / 2;
  }
}
