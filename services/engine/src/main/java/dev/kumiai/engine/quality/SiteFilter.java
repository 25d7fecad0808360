package dev.kumiai.engine.quality;

import dev.kumiai.core.quality.DropReason;
import dev.kumiai.core.quality.FilterRules;
import dev.kumiai.core.quality.Spacing;
import dev.kumiai.core.quality.Verdict;
import dev.kumiai.engine.data.LabelledImages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Judges generated images with what a site has: does an image show anything, is it of its class,
/// was it made before, is it a copy of a private one. `docs/quality.md` explains the thresholds.
///
/// Images are embedded one by one, because libtorch's last bits depend on the size of a batch.
public final class SiteFilter implements SampleFilter<LabelledImages> {

  private static final double LEVELS = 255;

  private final FilterRules rules;
  private final SiteEye eye;
  private final List<String> classes;
  private final PrivateImages own;
  private final Spacing ofAll;
  private final Map<Integer, Spacing> ofClass = new HashMap<>();
  private final Map<Integer, List<byte[]>> kept = new HashMap<>();

  /// Looks at the site's own images.
  ///
  /// @param eye is closed with this filter
  public SiteFilter(FilterRules rules, SiteEye eye) {
    this.rules = rules;
    this.eye = eye;
    this.classes = eye.own().classes();
    LabelledImages images = rules.nearCopies() ? eye.own() : eye.own().select(new int[0]);
    this.own = PrivateImages.of(images, eye.embedder());
    this.ofAll = own.spacing(IntStream.range(0, images.size()).toArray());
    for (int c = 0; c < classes.size(); c++) {
      int label = c;
      int[] members =
          IntStream.range(0, images.size()).filter(i -> images.label(i) == label).toArray();
      ofClass.put(c, members.length < Spacing.LEAST ? ofAll : own.spacing(members));
    }
  }

  @Override
  public List<Verdict> judge(LabelledImages batch) {
    LabelledImages images = Relabelled.to(classes, batch);
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      verdicts.add(judgeOne(images.select(new int[] {i})));
    }
    return verdicts;
  }

  private Verdict judgeOne(LabelledImages image) {
    int label = image.label(0);
    if (rules.constant() && isConstant(image)) {
      return new Verdict.Dropped(DropReason.CONSTANT);
    }
    boolean judged = rules.labels() && eye.judges(classes.get(label));
    if (judged && eye.probabilities(image)[0] < rules.minLabelProbability()) {
      return new Verdict.Dropped(DropReason.LABEL_DISAGREES);
    }
    byte[] small = SmallPixels.of(image, 0);
    List<byte[]> earlier = kept.computeIfAbsent(label, _ -> new ArrayList<>());
    if (rules.duplicates() && repeats(small, earlier)) {
      return new Verdict.Dropped(DropReason.DUPLICATE);
    }
    if (rules.nearCopies() && isNearCopy(image, small)) {
      return new Verdict.Dropped(DropReason.NEAR_COPY);
    }
    earlier.add(small);
    return new Verdict.Kept(judged);
  }

  @Override
  public void remember(LabelledImages kept) {
    LabelledImages images = Relabelled.to(classes, kept);
    for (int i = 0; i < images.size(); i++) {
      this.kept
          .computeIfAbsent(images.label(i), _ -> new ArrayList<>())
          .add(SmallPixels.of(images, i));
    }
  }

  private boolean repeats(byte[] small, List<byte[]> earlier) {
    double most = rules.duplicateDistance() * LEVELS;
    return earlier.stream()
        .anyMatch(other -> SmallPixels.levels(small, other, Math.nextUp(most)) <= most);
  }

  private boolean isNearCopy(LabelledImages image, byte[] small) {
    return own.size() > 0
        && own.hasNearly(
            eye.embedder().embed(image).row(0),
            small,
            ofClass.getOrDefault(image.label(0), Spacing.UNKNOWN),
            rules.nearCopyRatio());
  }

  /// Whether each channel has one value everywhere.
  private static boolean isConstant(LabelledImages image) {
    int area = image.form().size() * image.form().size();
    byte[] pixels = new byte[image.form().values()];
    image.copyPixels(0, pixels, 0);
    for (int start = 0; start < pixels.length; start += area) {
      int least = 255;
      int most = 0;
      for (int i = start; i < start + area; i++) {
        least = Math.min(least, pixels[i] & 0xff);
        most = Math.max(most, pixels[i] & 0xff);
      }
      if (most - least >= FilterRules.FLAT_LEVELS) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    eye.close();
  }
}
