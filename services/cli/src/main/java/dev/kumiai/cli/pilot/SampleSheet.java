package dev.kumiai.cli.pilot;

import dev.kumiai.core.Digest;
import dev.kumiai.protocol.pilot.PilotReport.SiteReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Real and generated samples of every class beside each other, within the page itself.
final class SampleSheet {

  private static final int REAL = 6;
  private static final int MADE = 10;

  private final SiteFiles files;
  private final String dataset;
  private final List<SiteReport> sites;

  /// @param sites of one seed
  SampleSheet(SiteFiles files, String dataset, List<SiteReport> sites) {
    this.files = files;
    this.dataset = dataset;
    this.sites = sites;
  }

  /// Empty where there is nothing to show.
  String html(List<String> classes) {
    StringBuilder rows = new StringBuilder();
    for (String name : classes) {
      List<Path> real = new ArrayList<>();
      List<Path> made = new ArrayList<>();
      // A few of every site, so that no site stands for all.
      for (SiteReport site : sites) {
        real.addAll(files.held(site.site(), dataset, name, share(REAL)));
        Digest plan = site.plan();
        if (plan != null) {
          made.addAll(files.generated(site.site(), plan, name, share(MADE)));
        }
      }
      if (!made.isEmpty()) {
        rows.append(
            "<tr><th scope=\"row\">%s</th><td class=\"sheet\">%s</td><td class=\"sheet\">%s</td></tr>%n"
                .formatted(Html.text(name), images(real, REAL), images(made, MADE)));
      }
    }
    return rows.isEmpty()
        ? ""
        : "<div class=\"scroll\"><table class=\"samples\"><thead><tr><th scope=\"col\">Class</th><th scope=\"col\">Private</th><th scope=\"col\">Generated</th></tr></thead><tbody>%n%s</tbody></table></div>%n"
            .formatted(rows);
  }

  private int share(int most) {
    return Math.max(1, Math.ceilDiv(most, Math.max(1, sites.size())));
  }

  private static String images(List<Path> files, int most) {
    StringBuilder images = new StringBuilder();
    for (Path file : files.stream().limit(most).toList()) {
      try {
        images.append(
            "<img alt=\"\" src=\"data:image/png;base64,%s\">"
                .formatted(Base64.getEncoder().encodeToString(Files.readAllBytes(file))));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file, e);
      }
    }
    return images.toString();
  }
}
