package dev.kumiai.aggregation.event;

import dev.kumiai.aggregation.access.Actor;
import dev.kumiai.aggregation.access.Actors;
import dev.kumiai.aggregation.ledger.LedgerRow;
import dev.kumiai.aggregation.ledger.Recorded;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.event.EventData;
import dev.kumiai.protocol.event.EventType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes events of what the ledger records, in the transaction that brought it about: no change
/// without its event, no event without its change.
///
/// A row is how we keep things and may change with any release, an event is what others build on.
/// So each kind of row is translated, and what is not named here is not told: telling must never
/// keep a run from going on.
@Singleton
class RecordedEvents {

  /// A problem is `code: sentence`; the sentence is somebody's and stays here. Codes of clusters
  /// are in camel case.
  private static final Pattern PROBLEM_CODE = Pattern.compile("[A-Za-z0-9-]{1,80}(?=:)");

  /// An event of an event would bring about the next.
  private static final Set<String> OURS = Set.of("outbox", "outbox_head");

  /// The ledger's chain of what belongs to no run.
  private static final String NO_RUN = "audit";

  private final EventWriter events;
  private final Actors actors;

  RecordedEvents(EventWriter events, Actors actors) {
    this.events = events;
    this.actors = actors;
  }

  void onRecorded(@Observes Recorded entry) {
    LedgerRow row = LedgerRow.parse(entry.body());
    if (OURS.contains(row.table())) {
      return;
    }
    audit(entry, row);
    switch (row.table()) {
      case "run" -> run(entry, row);
      case "run_round" -> round(entry, row);
      case "task" -> task(entry, row);
      case "site", "site_dataset" -> site(entry, row);
      case "run_standing" -> standing(entry, row);
      default -> {}
    }
  }

  /// Who changed something, and who changed what belongs to no run, whoever that was.
  private void audit(Recorded entry, LedgerRow row) {
    Actor actor = actors.current();
    boolean ofNoRun = entry.chain().equals(NO_RUN);
    if (row.table().isEmpty() || (actor.kind() == Actor.Kind.AGGREGATOR && !ofNoRun)) {
      return;
    }
    RunId run = ofNoRun ? null : new RunId(entry.chain());
    events.write(
        EventChannel.AUDIT,
        new EventId(entry.chain(), entry.number()),
        EventType.AUDIT,
        run == null ? null : run.value(),
        entry.at(),
        new EventData.OfDeed(actor.kind().name(), actor.name(), entry.type(), run, entry.number()));
  }

  private void run(Recorded entry, LedgerRow row) {
    String state = row.text("state");
    RunId run = new RunId(row.text("id"));
    EventType type =
        switch (state) {
          case "SUSPENDED" -> EventType.RUN_SUSPENDED;
          case "SUCCEEDED" -> EventType.RUN_SUCCEEDED;
          case "FAILED" -> EventType.RUN_FAILED;
          case "CANCELLED" -> EventType.RUN_CANCELLED;
          case "AGGREGATING" -> EventType.ROUND_CLOSED;
          default -> row.added() ? EventType.RUN_CREATED : EventType.RUN_STAGE_ENTERED;
        };
    write(
        entry,
        type,
        run,
        new EventData.OfRun(run, state, row.integer("round"), row.digestOrNull("model")));
  }

  private void round(Recorded entry, LedgerRow row) {
    RunId run = new RunId(row.text("run"));
    EventType type = EventType.ROUND_STARTED;
    if (row.has("superseded_by")) {
      // It is done again, as that round's own events tell.
      return;
    }
    if (row.has("finished")) {
      type = EventType.ROUND_FINISHED;
    } else if (row.has("model")) {
      type = EventType.ROUND_AGGREGATED;
    } else if (!row.added()) {
      return;
    }
    write(
        entry,
        type,
        run,
        new EventData.OfRound(
            run,
            row.integer("round"),
            row.digestOrNull("model"),
            row.numberOrNull("accuracy"),
            row.numberOrNull("loss")));
  }

  private void task(Recorded entry, LedgerRow row) {
    RunId run = new RunId(row.text("run"));
    @Nullable EventType type =
        switch (row.text("state")) {
          case "PENDING" -> pending(row);
          case "CLAIMED" -> EventType.TASK_CLAIMED;
          case "SUCCEEDED" -> EventType.TASK_SUCCEEDED;
          case "FAILED" -> EventType.TASK_FAILED;
          case "CANCELLED" -> EventType.TASK_CANCELLED;
          default -> null;
        };
    if (type == null) {
      return;
    }
    write(
        entry,
        type,
        run,
        new EventData.OfTask(
            run,
            new TaskId(row.text("id")),
            new SiteId(row.text("site")),
            TaskKind.valueOf(row.text("kind")),
            row.integer("round"),
            row.integer("attempt"),
            row.digestOrNull("weights"),
            row.wholeOrNull("examples"),
            problem(row)));
  }

  /// What is only waited for was not tried yet.
  private static @Nullable EventType pending(LedgerRow row) {
    if (row.added()) {
      return EventType.TASK_CREATED;
    }
    return row.integer("attempt") == 0 ? null : EventType.TASK_RETRIED;
  }

  private static @Nullable String problem(LedgerRow row) {
    if (!row.has("problem")) {
      return null;
    }
    var matcher = PROBLEM_CODE.matcher(row.text("problem"));
    return matcher.lookingAt() ? matcher.group() : "unknown";
  }

  private void site(Recorded entry, LedgerRow row) {
    boolean enrolled = row.table().equals("site");
    SiteId site = new SiteId(row.text(enrolled ? "id" : "site"));
    events.write(
        EventChannel.RUN_EVENTS,
        new EventId(entry.chain(), entry.number()),
        enrolled ? EventType.SITE_ENROLLED : EventType.SITE_ANNOUNCED,
        site.value(),
        entry.at(),
        new EventData.OfSite(site, null));
  }

  private void standing(Recorded entry, LedgerRow row) {
    if (row.has("quarantined")) {
      RunId run = new RunId(row.text("run"));
      write(
          entry,
          EventType.SITE_QUARANTINED,
          run,
          new EventData.OfSite(new SiteId(row.text("site")), run));
    }
  }

  private void write(Recorded entry, EventType type, RunId run, EventData data) {
    events.write(
        EventChannel.RUN_EVENTS,
        new EventId(entry.chain(), entry.number()),
        type,
        run.value(),
        entry.at(),
        data);
  }
}
