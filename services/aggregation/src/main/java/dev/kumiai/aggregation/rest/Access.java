package dev.kumiai.aggregation.rest;

import dev.kumiai.protocol.access.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Who may call what: one row for each operation there is, and what has no row cannot be called.
/// [AccessPolicy] enforces it, docs/security.md shows it.
enum Access {
  HEALTH("GET", "/q/health", Who.ANYBODY),
  LIVE("GET", "/q/health/live", Who.ANYBODY),
  READY("GET", "/q/health/ready", Who.ANYBODY),
  STARTED("GET", "/q/health/started", Who.ANYBODY),
  OPENAPI("GET", "/q/openapi", Who.ANYBODY),
  METRICS("GET", "/q/metrics", Who.VIEWER),

  CREATE_KEY("POST", "/api/v1/keys", Who.ADMIN),
  LIST_KEYS("GET", "/api/v1/keys", Who.ADMIN),
  REVOKE_KEY("DELETE", "/api/v1/keys/{name}", Who.ADMIN),

  /// The enrolment token in its body is what lets a worker in.
  ENROL_SITE("POST", "/api/v1/sites", Who.ANYBODY),
  LIST_SITES("GET", "/api/v1/sites", Who.VIEWER),
  GET_SITE("GET", "/api/v1/sites/{site}", Who.VIEWER),
  INVITE_SITE("POST", "/api/v1/enrolment-tokens", Who.ADMIN),
  LIST_SITE_KEYS("GET", "/api/v1/sites/{site}/keys", Who.VIEWER),
  REVOKE_SITE_KEY("DELETE", "/api/v1/sites/{site}/keys/{key}", Who.ADMIN),
  REVOKE_SITE("POST", "/api/v1/sites/{site}/revoke", Who.ADMIN),
  ANNOUNCE_DATASET("PUT", "/api/v1/sites/{site}/datasets/{dataset}", Who.SITE),

  UPLOAD_MODEL("POST", "/api/v1/models", Who.OPERATOR),
  GET_MODEL("GET", "/api/v1/models/{digest}", Who.VIEWER_OR_SITE),

  GET_ARTIFACT_USAGE("GET", "/api/v1/artifacts", Who.VIEWER),
  COLLECT_GARBAGE("POST", "/api/v1/artifacts/gc", Who.ADMIN),

  CREATE_RUN("POST", "/api/v1/runs", Who.OPERATOR),
  LIST_RUNS("GET", "/api/v1/runs", Who.VIEWER),
  GET_RUN("GET", "/api/v1/runs/{run}", Who.VIEWER),
  LIST_ROUNDS("GET", "/api/v1/runs/{run}/rounds", Who.VIEWER),
  START_ROUND("POST", "/api/v1/runs/{run}/rounds", Who.OPERATOR),
  LIST_RUN_SITES("GET", "/api/v1/runs/{run}/sites", Who.VIEWER),
  RELEASE_SITE("POST", "/api/v1/runs/{run}/sites/{site}/release", Who.OPERATOR),
  GET_RUN_MODEL("GET", "/api/v1/runs/{run}/model", Who.VIEWER),
  CANCEL_RUN("POST", "/api/v1/runs/{run}/cancel", Who.OPERATOR),
  SUSPEND_RUN("POST", "/api/v1/runs/{run}/suspend", Who.OPERATOR),
  RESUME_RUN("POST", "/api/v1/runs/{run}/resume", Who.OPERATOR),
  RETRY_RUN("POST", "/api/v1/runs/{run}/retry", Who.OPERATOR),
  FOLLOW_RUN("GET", "/api/v1/runs/{run}/events", Who.VIEWER),
  FOLLOW_EVENTS("GET", "/api/v1/events", Who.VIEWER),

  CREATE_PILOT("POST", "/api/v1/pilots", Who.OPERATOR),
  LIST_PILOTS("GET", "/api/v1/pilots", Who.VIEWER),
  GET_PILOT("GET", "/api/v1/pilots/{pilot}", Who.VIEWER),
  GET_PILOT_REPORT("GET", "/api/v1/pilots/{pilot}/report", Who.VIEWER),
  CANCEL_PILOT("POST", "/api/v1/pilots/{pilot}/cancel", Who.OPERATOR),

  GET_RUN_LEDGER("GET", "/api/v1/runs/{run}/ledger", Who.VIEWER),
  VERIFY_RUN_LEDGER("POST", "/api/v1/runs/{run}/ledger/verify", Who.OPERATOR),
  REPLAY_ROUND("POST", "/api/v1/runs/{run}/rounds/{round}/replay", Who.OPERATOR),
  GET_LEDGER_KEY("GET", "/api/v1/ledger/key", Who.VIEWER),
  GET_AUDIT_LEDGER("GET", "/api/v1/ledger/audit", Who.ADMIN),
  VERIFY_AUDIT_LEDGER("POST", "/api/v1/ledger/audit/verify", Who.ADMIN),

  CLAIM_TASK("POST", "/api/v1/tasks/claim", Who.SITE),
  HEARTBEAT("POST", "/api/v1/tasks/{task}/attempts/{attempt}/heartbeat", Who.SITE),
  PUT_WEIGHTS("PUT", "/api/v1/tasks/{task}/attempts/{attempt}/weights", Who.SITE),
  REPORT_TASK("POST", "/api/v1/tasks/{task}/attempts/{attempt}/report", Who.SITE),
  FAIL_TASK("POST", "/api/v1/tasks/{task}/attempts/{attempt}/failure", Who.SITE);

  /// Who a row lets in.
  enum Who {
    ANYBODY(null, false),
    VIEWER(Role.VIEWER, false),
    OPERATOR(Role.OPERATOR, false),
    ADMIN(Role.ADMIN, false),
    SITE(null, true),
    VIEWER_OR_SITE(Role.VIEWER, true);

    private final @Nullable Role least;
    private final boolean sites;

    Who(@Nullable Role least, boolean sites) {
      this.least = least;
      this.sites = sites;
    }

    /// The least role of a user whom it lets in; null when it lets no user in as such.
    @Nullable Role least() {
      return least;
    }

    /// Whether it lets the worker of a site in.
    boolean sites() {
      return sites;
    }
  }

  private final String method;
  private final String path;
  private final Who who;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> segments;

  Access(String method, String path, Who who) {
    this.method = method;
    this.path = path;
    this.who = who;
    this.segments = List.of(path.split("/", -1));
  }

  String method() {
    return method;
  }

  /// The path's template.
  String path() {
    return path;
  }

  Who who() {
    return who;
  }

  /// The row of a request. HEAD is a GET without its body.
  static Optional<Access> of(String method, String path) {
    String asked = method.equals("HEAD") ? "GET" : method;
    return at(path).filter(row -> row.method.equals(asked)).findFirst();
  }

  /// The methods that a path knows; empty when there is nothing.
  static List<String> methods(String path) {
    return at(path).map(Access::method).toList();
  }

  private static Stream<Access> at(String path) {
    String[] asked = path.split("/", -1);
    return Arrays.stream(values()).filter(row -> row.matches(asked));
  }

  private boolean matches(String[] asked) {
    if (asked.length != segments.size()) {
      return false;
    }
    for (int i = 0; i < asked.length; i++) {
      String segment = segments.get(i);
      if (segment.startsWith("{") ? asked[i].isEmpty() : !segment.equals(asked[i])) {
        return false;
      }
    }
    return true;
  }
}
