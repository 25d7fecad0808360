package dev.kumiai.aggregation.event;

import dev.kumiai.aggregation.run.Runs;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads events again, from wherever a reader was.
@ApplicationScoped
public class EventLog {

  private static final int MOST = 100;

  private final Outbox outbox;
  private final Runs runs;

  EventLog(Outbox outbox, Runs runs) {
    this.outbox = outbox;
    this.runs = runs;
  }

  /// How far somebody has read.
  public sealed interface Cursor {

    /// In one run.
    ///
    /// @param number of the last event in the run's chain; 0 before the first
    record OfRun(RunId run, long number) implements Cursor {}

    /// In all runs.
    record OfAll(long place) implements Cursor {}
  }

  /// Some events, and the cursor behind them.
  public record Page(List<OutboxEvent> events, Cursor next) {

    public Page {
      events = List.copyOf(events);
    }
  }

  /// After an event of a run, or before its first.
  ///
  /// @throws KumiaiException.NotFound `run-unknown`
  /// @throws KumiaiException.Gone `event-gone`
  @Transactional
  public Cursor ofRun(RunId run, @Nullable EventId last) {
    runs.get(run);
    if (last == null) {
      return new Cursor.OfRun(run, 0);
    }
    if (!last.chain().equals(run.value()) || !outbox.has(EventChannel.RUN_EVENTS, last)) {
      throw gone(last);
    }
    return new Cursor.OfRun(run, last.number());
  }

  /// After an event, or after all that there are.
  ///
  /// @throws KumiaiException.Gone `event-gone`
  @Transactional
  public Cursor ofAll(@Nullable EventId last) {
    return new Cursor.OfAll(
        last == null
            ? outbox.lastPlace()
            : outbox.place(EventChannel.RUN_EVENTS, last).orElseThrow(() -> gone(last)));
  }

  private static KumiaiException gone(EventId last) {
    return new KumiaiException.Gone(
        "event-gone",
        "event %s is not kept here (any more): look where the runs stand, and read on without it"
            .formatted(last));
  }

  /// The next events; none when there are none yet.
  @Transactional
  public Page next(Cursor cursor) {
    return switch (cursor) {
      case Cursor.OfRun ofRun -> {
        List<OutboxEvent> events =
            outbox.of(EventChannel.RUN_EVENTS, ofRun.run().value(), ofRun.number(), MOST);
        yield new Page(
            events,
            events.isEmpty()
                ? cursor
                : new Cursor.OfRun(ofRun.run(), events.getLast().id().number()));
      }
      case Cursor.OfAll ofAll -> {
        List<Placed> placed = outbox.after(EventChannel.RUN_EVENTS, ofAll.place(), MOST);
        yield new Page(
            placed.stream().map(Placed::event).toList(),
            placed.isEmpty() ? cursor : new Cursor.OfAll(placed.getLast().place()));
      }
    };
  }

  @Transactional
  public Backlog backlog(EventChannel channel) {
    return outbox.backlog(channel);
  }
}
