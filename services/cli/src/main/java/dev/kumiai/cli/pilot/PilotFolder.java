package dev.kumiai.cli.pilot;

import dev.kumiai.cli.demo.Experiment;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.pilot.Arm;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where a pilot keeps everything. It is kept from one start to the next, so that a pilot goes on.
///
/// ```
/// report.html, report.json   what came out
/// generation.json            where generation pays: that part of a run's spec
/// attacks.json               what attacks on the last models found out, where somebody asked
/// attacked/                  those models
/// seeds/<seed>/              an experiment, as `partition` makes it
/// sites/<site>               a link to the site's folder: one root for the sites of all seeds
/// aggregator/ workers/       what the services keep
/// logs/
/// ```
record PilotFolder(Path path) {

  Path html() {
    return path.resolve("report.html");
  }

  Path json() {
    return path.resolve("report.json");
  }

  Path settings() {
    return path.resolve("generation.json");
  }

  Path attacks() {
    return path.resolve("attacks.json");
  }

  /// The model of an arm that is attacked.
  Path attacked(Arm arm) throws IOException {
    return Files.createDirectories(path.resolve("attacked")).resolve(arm.text() + ".safetensors");
  }

  Path logs() {
    return path.resolve("logs");
  }

  Path seed(long seed) {
    return path.resolve("seeds").resolve(Long.toString(seed));
  }

  Path sites() {
    return path.resolve("sites");
  }

  Path site(SiteId site) {
    return sites().resolve(site.value());
  }

  /// Makes one root for the sites of all experiments.
  void link(List<Experiment> experiments) throws IOException {
    Files.createDirectories(sites());
    for (Experiment experiment : experiments) {
      List<SiteId> all = new ArrayList<>(experiment.sites());
      all.add(experiment.evaluator());
      for (SiteId site : all) {
        Path target = sites().relativize(experiment.root().resolve(site.value()));
        try {
          Files.createSymbolicLink(site(site), target);
        } catch (FileAlreadyExistsException _) {
          // From an earlier start.
        }
      }
    }
  }
}
