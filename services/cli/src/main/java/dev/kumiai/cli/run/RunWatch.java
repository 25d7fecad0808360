package dev.kumiai.cli.run;

import dev.kumiai.cli.terminal.LiveArea;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.RunView;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/// Follows a run to its end and shows it: drawn in place on a terminal, as lines elsewhere.
public final class RunWatch {

  /// How often a plain log hears of work that has not ended.
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(20);

  private final AggregatorClient aggregator;
  private final Terminal terminal;
  private final Runnable check;

  /// Looks at nothing yet.
  ///
  /// @param check called between two looks; what it throws ends the watch
  public RunWatch(AggregatorClient aggregator, Terminal terminal, Runnable check) {
    this.aggregator = aggregator;
    this.terminal = terminal;
    this.check = check;
  }

  /// Returns when the run is over, whichever way.
  public Snapshot follow(RunId run) {
    RunStory story = new RunStory(terminal);
    RunPicture picture = new RunPicture(terminal, Clock.systemUTC());
    long lastSign = System.nanoTime();
    try (LiveArea area = new LiveArea(terminal)) {
      while (true) {
        Snapshot now = look(run);
        for (String line : story.news(now)) {
          area.print(line);
          lastSign = System.nanoTime();
        }
        if (now.isOver()) {
          return now;
        }
        area.draw(picture.lines(now.run()));
        if (!terminal.live() && System.nanoTime() - lastSign > SIGN_OF_LIFE.toNanos()) {
          area.print(picture.inOneLine(now.run()));
          lastSign = System.nanoTime();
        }
        check.run();
        terminal.pause();
      }
    }
  }

  private Snapshot look(RunId run) {
    RunView now = aggregator.run(run);
    boolean quarantines = now.spec().round().maxFaults() > 0;
    return new Snapshot(
        now, aggregator.rounds(run), quarantines ? aggregator.sites(run) : List.of());
  }
}
