package dev.kumiai.acceptance;

import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimRequest;
import dev.kumiai.protocol.task.ClaimedTask;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// A site whose worker is the test: it says over HTTP whatever the test wants said.
record PlayedSite(SiteId site, Http http) {

  static final WeightsFile FIRST =
      WeightsFile.of(Map.of("weight", new float[] {0, 0, 0, 0}), Map.of());
  static final WeightsFile UPDATE =
      WeightsFile.of(Map.of("weight", new float[] {1, 2, 3, 4}), WeightsFile.UPDATE);

  /// Enrols a site with ten samples of each of two classes.
  static PlayedSite join(Aggregator aggregator, String name) {
    PlayedSite played = new PlayedSite(new SiteId(name), aggregator.enrol(new SiteId(name)));
    played.announce(Map.of("bad", 10, "good", 10));
    return played;
  }

  void announce(Map<String, Integer> counts) {
    String dataset = Specs.TWO_CLASSES.dataset();
    Answer answer =
        http.put("sites/" + site + "/datasets/" + dataset, new DatasetCounts(dataset, counts, 0));
    if (answer.status() != 204) {
      throw new AssertionError(answer.status() + answer.text());
    }
  }

  /// Claims the next task, which must be of this kind.
  ClaimedTask claim(TaskKind kind) {
    Answer answer = http.post("tasks/claim", new ClaimRequest(Set.of(TaskKind.values()), 20));
    if (answer.status() != 200) {
      throw new AssertionError("nothing to claim: " + answer.status() + answer.text());
    }
    ClaimedTask task = answer.as(ClaimedTask.class);
    if (task.spec().kind() != kind) {
      throw new AssertionError("claimed " + task);
    }
    return task;
  }

  /// Answers INITIALIZE and takes the first TRAIN task.
  ClaimedTask claimFirstTraining() {
    Answer initialized = upload(claim(TaskKind.INITIALIZE), FIRST);
    if (initialized.status() != 201) {
      throw new AssertionError(initialized.status() + initialized.text());
    }
    return claim(TaskKind.TRAIN);
  }

  Answer upload(ClaimedTask task, WeightsFile file) {
    return upload(task, file, file.contentDigest());
  }

  Answer upload(ClaimedTask task, WeightsFile file, String contentDigest) {
    String path = path(task) + "/weights";
    Map<String, String> headers = new HashMap<>(http.signature("PUT", path, contentDigest));
    headers.put("Content-Type", "application/octet-stream");
    headers.put("Content-Digest", contentDigest);
    return http.send("PUT", path, BodyPublishers.ofByteArray(file.bytes()), headers);
  }

  Answer fail(ClaimedTask task, int status) {
    return http.post(
        path(task) + "/failure",
        new Problem(Problem.TYPE_PREFIX + "played", "played", status, "the test says so", null));
  }

  static String path(ClaimedTask task) {
    return "tasks/" + task.task() + "/attempts/" + task.attempt();
  }
}
