package dev.kumiai.protocol.client;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.signature.SiteKey;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimRequest;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.Heartbeat;
import dev.kumiai.protocol.task.TaskReport;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The aggregator as one enrolled site sees it. Comes from [AggregatorClient#enrol] and lives as
/// long as that client.
public final class SiteClient {

  private static final TypeReference<ClaimedTask> CLAIMED = new TypeReference<>() {};
  private static final TypeReference<Heartbeat.Answer> ANSWER = new TypeReference<>() {};
  private static final int NO_CONTENT = 204;

  private final AggregatorHttp http;
  private final SiteId site;
  private final SiteKey key;
  private final String bearer;

  SiteClient(AggregatorHttp http, SiteId site, SiteKey key, String token) {
    this.http = http;
    this.site = site;
    this.key = key;
    this.bearer = "Bearer " + token;
  }

  public SiteId site() {
    return site;
  }

  /// Tells what the site holds of one data set.
  public void announce(DatasetCounts counts) {
    String dataset = Call.segment(counts.dataset());
    exchange(send("PUT", "sites/" + site + "/datasets/" + dataset, counts, true));
  }

  /// Asks for work and waits for it up to `wait` (whole seconds, at most 60). Not repeated: the
  /// caller asks again anyway.
  public Optional<ClaimedTask> claim(Set<TaskKind> kinds, Duration wait) {
    ClaimRequest request = new ClaimRequest(kinds, Math.toIntExact(wait.toSeconds()));
    Call call =
        Call.json(
                "POST",
                "tasks/claim",
                http.write(request),
                http.timing().answer().plus(wait),
                false)
            .with("Authorization", bearer);
    HttpResponse<byte[]> response = http.exchange(call);
    return response.statusCode() == NO_CONTENT
        ? Optional.empty()
        : Optional.of(http.read(call, response, CLAIMED));
  }

  /// Renews the lease of an attempt.
  ///
  /// @param patience how long the answer may take; the lease runs meanwhile
  public Heartbeat.Answer heartbeat(ClaimedTask task, Heartbeat heartbeat, Duration patience) {
    Call call = Call.json("POST", path(task, "heartbeat"), http.write(heartbeat), patience, false);
    return http.fetch(call.with("Authorization", bearer), ANSWER);
  }

  /// Brings the weights of that digest to the folder, or finds them there.
  public Path model(Digest digest, ModelFolder folder) {
    Call call = Call.get("models/" + digest, http.timing().answer());
    return folder.get(digest, new Download(http, call.with("Authorization", bearer), digest));
  }

  /// Answers an attempt with weights.
  ///
  /// @param weights a safetensors file
  public void upload(ClaimedTask task, Path weights) {
    try {
      Call call = Upload.of("PUT", path(task, "weights"), weights, http.timing().answer());
      exchange(call.signed(key));
    } catch (KumiaiException.Invalid e) {
      // Its bytes were changed on the way, not by us: the same file may arrive whole.
      throw e.code().equals("content-digest-mismatch")
          ? new KumiaiException.Unavailable(e.code(), String.valueOf(e.getMessage()), e)
          : e;
    }
  }

  /// Answers an attempt with a report.
  public void report(ClaimedTask task, TaskReport report) {
    exchange(send("POST", path(task, "report"), report, true).signed(key));
  }

  /// Gives an attempt up.
  ///
  /// @param problem its status says whether trying again can help: 4xx no, 5xx yes
  public void fail(ClaimedTask task, Problem problem) {
    exchange(send("POST", path(task, "failure"), problem, true));
  }

  private void exchange(Call call) {
    http.exchange(call.with("Authorization", bearer));
  }

  private Call send(String method, String path, Object body, boolean repeatable) {
    return Call.json(method, path, http.write(body), http.timing().answer(), repeatable);
  }

  private static String path(ClaimedTask task, String what) {
    return "tasks/" + task.task() + "/attempts/" + task.attempt() + "/" + what;
  }
}
