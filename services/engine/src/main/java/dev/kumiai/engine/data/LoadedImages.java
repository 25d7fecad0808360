package dev.kumiai.engine.data;

import dev.kumiai.core.KumiaiException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What was found in a directory: the images, and the files that were none.
///
/// @param skipped in the order of their names
public record LoadedImages(LabelledImages images, List<SkippedFile> skipped) {

  private static final int NAMED = 5;

  public LoadedImages {
    skipped = List.copyOf(skipped);
  }

  /// The images, if enough of the files could be read.
  ///
  /// @param maxShare the largest share of unreadable files to put up with, from 0 to 1
  /// @throws KumiaiException.Invalid `too-many-unreadable-files`, naming the first few
  public LabelledImages requireReadable(double maxShare) {
    int files = images.size() + skipped.size();
    if (skipped.size() <= maxShare * files) {
      return images;
    }
    String named =
        skipped.stream()
            .limit(NAMED)
            .map(file -> file.name() + " " + file.reason())
            .collect(Collectors.joining("; "));
    String more = skipped.size() > NAMED ? " and " + (skipped.size() - NAMED) + " more" : "";
    throw new KumiaiException.Invalid(
        "too-many-unreadable-files",
        String.format(
            Locale.ROOT,
            "%d of %d image files cannot be read (%s%s), more than the permitted share of %s: mend"
                + " or remove them",
            skipped.size(),
            files,
            named,
            more,
            maxShare));
  }
}
