package dev.kumiai.protocol.client;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.PilotId;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.access.KeyRequest;
import dev.kumiai.protocol.access.KeyView;
import dev.kumiai.protocol.artifact.ArtifactUsage;
import dev.kumiai.protocol.artifact.GarbageReport;
import dev.kumiai.protocol.ledger.LedgerKeys;
import dev.kumiai.protocol.ledger.LedgerPage;
import dev.kumiai.protocol.ledger.LedgerReport;
import dev.kumiai.protocol.ledger.RoundReplay;
import dev.kumiai.protocol.pilot.PilotReport;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.pilot.PilotView;
import dev.kumiai.protocol.run.RetryRequest;
import dev.kumiai.protocol.run.RoundRequest;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunSiteView;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.signature.SiteKey;
import dev.kumiai.protocol.site.Enrolment;
import dev.kumiai.protocol.site.InvitationRequest;
import dev.kumiai.protocol.site.SiteKeyView;
import dev.kumiai.protocol.site.SiteView;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One aggregator over HTTP, as its users see it, and the door through which a site joins it.
///
/// Every call ends in time. A call that may be repeated is, with backoff, when the connection
/// breaks or the aggregator answers 429 or 5xx. What the aggregator refuses arrives as the same
/// [dev.kumiai.core.KumiaiException] that it threw, code and all; an aggregator that cannot be had
/// is `Unavailable`. Safe for many threads.
public final class AggregatorClient implements AutoCloseable {

  /// Codes of the errors that this client makes itself when nothing of the aggregator's arrived.
  static final String UNREACHABLE = "aggregator-unreachable";

  static final String SILENT = "aggregator-silent";
  static final String UNUSABLE = "aggregator-answer-unusable";

  /// Code of an aggregator that is there while its database is not.
  public static final String DATABASE_AWAY = "database-unavailable";

  private static final TypeReference<RunView> RUN = new TypeReference<>() {};
  private static final TypeReference<List<RunView>> RUNS = new TypeReference<>() {};
  private static final TypeReference<List<RoundView>> ROUNDS = new TypeReference<>() {};
  private static final TypeReference<KeyView> KEY = new TypeReference<>() {};
  private static final TypeReference<List<KeyView>> KEYS = new TypeReference<>() {};
  private static final TypeReference<KeyRequest.Made> MADE = new TypeReference<>() {};
  private static final TypeReference<List<RunSiteView>> RUN_SITES = new TypeReference<>() {};
  private static final TypeReference<RunSiteView> RUN_SITE = new TypeReference<>() {};
  private static final TypeReference<LedgerPage> LEDGER = new TypeReference<>() {};
  private static final TypeReference<LedgerKeys> LEDGER_KEYS = new TypeReference<>() {};
  private static final TypeReference<LedgerReport> LEDGER_REPORT = new TypeReference<>() {};
  private static final TypeReference<RoundReplay> REPLAY = new TypeReference<>() {};
  private static final TypeReference<PilotView> PILOT = new TypeReference<>() {};
  private static final TypeReference<List<PilotView>> PILOTS = new TypeReference<>() {};
  private static final TypeReference<PilotReport> PILOT_REPORT = new TypeReference<>() {};
  private static final TypeReference<SiteView> SITE = new TypeReference<>() {};
  private static final TypeReference<List<SiteView>> SITES = new TypeReference<>() {};
  private static final TypeReference<List<SiteKeyView>> SITE_KEYS = new TypeReference<>() {};
  private static final TypeReference<InvitationRequest.Made> INVITED = new TypeReference<>() {};
  private static final TypeReference<Enrolment.Accepted> ACCEPTED = new TypeReference<>() {};
  private static final TypeReference<ArtifactUsage> USAGE = new TypeReference<>() {};
  private static final TypeReference<GarbageReport> GARBAGE = new TypeReference<>() {};
  private static final TypeReference<Uploaded> UPLOADED = new TypeReference<>() {};

  /// For what reads every byte that is kept of a run, or computes a round anew.
  private static final Duration LONG = Duration.ofHours(6);

  private final AggregatorHttp http;
  private final Credential credential;

  /// @param base where the aggregator is, without `/api/v1`
  /// @param credential of the user who calls
  /// @param context what every request carries of where it comes from
  public AggregatorClient(URI base, Credential credential, Timing timing, RequestContext context) {
    this.http = new AggregatorHttp(base, timing, context);
    this.credential = credential;
  }

  public AggregatorClient(URI base, Credential credential) {
    this(base, credential, Timing.DEFAULT, RequestContext.NONE);
  }

  /// For a worker, who is nobody until it has enrolled.
  public AggregatorClient(URI base, Timing timing, RequestContext context) {
    this(base, Credential.NONE, timing, context);
  }

  public AggregatorClient(URI base, Timing timing) {
    this(base, timing, RequestContext.NONE);
  }

  public AggregatorClient(URI base) {
    this(base, Timing.DEFAULT);
  }

  /// Code of an aggregator that is there while the bucket of its artifacts is not.
  public static final String ARTIFACTS_AWAY = "artifact-store-unavailable";

  /// Whether the aggregator was not there at all, or only a proxy in front of it, or without its
  /// database, its bucket or room on its disk: waiting helps, unlike against an error that the
  /// aggregator itself answers every time.
  public static boolean isAway(KumiaiException e) {
    return e instanceof KumiaiException.StorageFull
        || Set.of(UNREACHABLE, SILENT, UNUSABLE, DATABASE_AWAY, ARTIFACTS_AWAY).contains(e.code());
  }

  /// Starts a run. Not repeated once it was sent: two requests would make two runs.
  public RunView createRun(RunSpec spec) {
    return createRun(http.write(spec));
  }

  /// Starts the run of a spec as somebody wrote it, so that the aggregator names every mistake in
  /// it.
  public RunView createRun(byte[] spec) {
    return http.fetch(post("runs", spec, false), RUN);
  }

  public List<RunView> runs() {
    return http.fetch(get("runs"), RUNS);
  }

  public RunView run(RunId run) {
    return http.fetch(get("runs/" + run), RUN);
  }

  public List<RoundView> rounds(RunId run) {
    return http.fetch(get("runs/" + run + "/rounds"), ROUNDS);
  }

  public RunView cancel(RunId run) {
    return http.fetch(post("runs/" + run + "/cancel", new byte[0], true), RUN);
  }

  /// Puts a run on hold.
  public RunView suspend(RunId run) {
    return http.fetch(post("runs/" + run + "/suspend", new byte[0], true), RUN);
  }

  /// Lets a run go on.
  public RunView resume(RunId run) {
    return http.fetch(post("runs/" + run + "/resume", new byte[0], true), RUN);
  }

  /// Starts the next round of a run whose rounds are triggered manually. May be repeated: a round
  /// that goes on already is not started again.
  ///
  /// @param round the one that is expected to be next
  public RunView startRound(RunId run, int round) {
    byte[] body = http.write(new RoundRequest(round));
    return http.fetch(post("runs/" + run + "/rounds", body, true), RUN);
  }

  /// Does rounds of a run again. Not repeated once it was sent: two requests may retry twice.
  ///
  /// @param fromRound the first of them; null is the first that did not come to an end
  public RunView retry(RunId run, @Nullable Integer fromRound) {
    byte[] body = http.write(new RetryRequest(fromRound));
    return http.fetch(post("runs/" + run + "/retry", body, false), RUN);
  }

  /// The sites of a run, with their faults.
  public List<RunSiteView> sites(RunId run) {
    return http.fetch(get("runs/" + run + "/sites"), RUN_SITES);
  }

  /// Lets a site that is in quarantine take part in a run again.
  public RunSiteView release(RunId run, SiteId site) {
    return http.fetch(
        post("runs/" + run + "/sites/" + site + "/release", new byte[0], true), RUN_SITE);
  }

  /// The entries of a chain of the ledger that come after a number, and where the chain ends.
  ///
  /// @param run whose; null for what belongs to no run
  public LedgerPage ledger(@Nullable RunId run, long after) {
    return http.fetch(get(ledgerOf(run) + "?after=" + after), LEDGER);
  }

  /// The keys that the ledger is signed with, as the aggregator itself says.
  public LedgerKeys ledgerKeys() {
    return http.fetch(get("ledger/key"), LEDGER_KEYS);
  }

  /// Has the aggregator compare all that it keeps with the ledger.
  ///
  /// @param run of which; null for what belongs to no run
  public LedgerReport verifyLedger(@Nullable RunId run) {
    return http.fetch(postLong(ledgerOf(run) + "/verify"), LEDGER_REPORT);
  }

  private static String ledgerOf(@Nullable RunId run) {
    return run == null ? "ledger/audit" : "runs/" + run + "/ledger";
  }

  /// Has the aggregator compute a round's model anew and compare.
  ///
  /// @param incarnation tells the round from one that was done again
  public RoundReplay replay(RunId run, int round, int incarnation) {
    String path = "runs/" + run + "/rounds/" + round + "/replay?incarnation=" + incarnation;
    return http.fetch(postLong(path), REPLAY);
  }

  /// Starts a pilot. Not repeated once it was sent: two requests would make two pilots.
  public PilotView createPilot(PilotSpec spec) {
    return http.fetch(post("pilots", http.write(spec), false), PILOT);
  }

  public List<PilotView> pilots() {
    return http.fetch(get("pilots"), PILOTS);
  }

  public PilotView pilot(PilotId pilot) {
    return http.fetch(get("pilots/" + pilot), PILOT);
  }

  /// What came out of a pilot so far.
  public PilotReport pilotReport(PilotId pilot) {
    return http.fetch(get("pilots/" + pilot + "/report"), PILOT_REPORT);
  }

  /// Ends a pilot and the run of it that goes on.
  public PilotView cancelPilot(PilotId pilot) {
    return http.fetch(post("pilots/" + pilot + "/cancel", new byte[0], true), PILOT);
  }

  public List<SiteView> sites() {
    return http.fetch(get("sites"), SITES);
  }

  public SiteView site(SiteId site) {
    return http.fetch(get("sites/" + site), SITE);
  }

  /// How much the aggregator keeps.
  public ArtifactUsage artifactUsage() {
    return http.fetch(get("artifacts"), USAGE);
  }

  /// Has the aggregator remove the files that no run needs any more.
  ///
  /// @param dryRun only to tell what would be removed
  public GarbageReport collectGarbage(boolean dryRun) {
    return http.fetch(post("artifacts/gc?dryRun=" + dryRun, new byte[0], true), GARBAGE);
  }

  /// Brings the weights of that digest to `file`, which appears only when it is whole and right.
  public void downloadModel(Digest digest, Path file) {
    new Download(http, get("models/" + digest), digest).to(file);
  }

  /// Stores weights to start a run from.
  ///
  /// @param weights a safetensors file
  /// @return its digest, which names it in [dev.kumiai.protocol.run.ModelSpec#initial]
  public Digest uploadModel(Path weights) {
    Call call = Upload.of("POST", "models", weights, http.timing().answer());
    return http.fetch(asUser(call), UPLOADED).digest();
  }

  /// Makes an API key for somebody.
  public KeyRequest.Made createKey(KeyRequest request) {
    return http.fetch(post("keys", http.write(request), false), MADE);
  }

  public List<KeyView> keys() {
    return http.fetch(get("keys"), KEYS);
  }

  /// Takes an API key back.
  public KeyView revokeKey(String name) {
    Call call = Call.delete("keys/" + Call.segment(name), http.timing().answer());
    return http.fetch(asUser(call), KEY);
  }

  /// Joins a site.
  ///
  /// @param key signs the site's results from now on
  /// @return the aggregator as that site sees it
  public SiteClient enrol(SiteId site, String enrolmentToken, SiteKey key) {
    Enrolment enrolment = new Enrolment(site, enrolmentToken, key.open());
    Call call = post("sites", http.write(enrolment), true).signed(key);
    return new SiteClient(http, site, key, http.fetch(call, ACCEPTED).siteToken());
  }

  /// Invites a site to enrol a key, its first or another one.
  public InvitationRequest.Made invite(InvitationRequest request) {
    return http.fetch(post("enrolment-tokens", http.write(request), false), INVITED);
  }

  public List<SiteKeyView> siteKeys(SiteId site) {
    return http.fetch(get("sites/" + site + "/keys"), SITE_KEYS);
  }

  /// Takes back all keys and tokens of a site.
  public List<SiteKeyView> revoke(SiteId site) {
    return http.fetch(post("sites/" + site + "/revoke", new byte[0], true), SITE_KEYS);
  }

  /// Takes back one key of a site, and the tokens of its workers.
  public List<SiteKeyView> revoke(SiteId site, String key) {
    Call call = Call.delete("sites/" + site + "/keys/" + Call.segment(key), http.timing().answer());
    return http.fetch(asUser(call), SITE_KEYS);
  }

  private Call get(String path) {
    return asUser(Call.get(path, http.timing().answer()));
  }

  private Call post(String path, byte[] json, boolean repeatable) {
    return asUser(Call.json("POST", path, json, http.timing().answer(), repeatable));
  }

  private Call postLong(String path) {
    return asUser(Call.json("POST", path, new byte[0], LONG, true));
  }

  private Call asUser(Call call) {
    String bearer = credential.bearer();
    return bearer == null ? call : call.with("Authorization", "Bearer " + bearer);
  }

  @Override
  public void close() {
    http.close();
  }

  private record Uploaded(Digest digest) {}
}
