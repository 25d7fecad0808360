package dev.kumiai.worker.process;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.client.Backoff;
import dev.kumiai.protocol.client.Timing;
import dev.kumiai.worker.Device;
import dev.kumiai.worker.OneShot;
import dev.kumiai.worker.SiteLoop;
import dev.kumiai.worker.TaskWork;
import dev.kumiai.worker.Workplace;
import dev.kumiai.worker.privacy.NoisedHoldings;
import dev.kumiai.worker.telemetry.TaskTelemetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Works for the sites of this process between [#start] and [#stop].
@Singleton
public final class Worker {

  private static final Logger LOG = Logger.getLogger(Worker.class);
  private static final Backoff TROUBLE =
      new Backoff(Duration.ofMillis(250), Duration.ofSeconds(10));

  /// Sites that share a process ask in turn instead of waiting at the aggregator; all together no
  /// more than so often.
  private static final int CLAIMS_PER_SECOND = 20;

  private static final Duration SHORTEST_IDLE = Duration.ofMillis(50);
  private static final Duration LONGEST_IDLE_OF_FEW = Duration.ofMillis(250);

  private final AggregatorConfig aggregator;
  private final Optional<String> enrolmentToken;
  private final WorkerConfig config;
  private final CountsConfig counts;
  private final Instance<TaskWork> work;
  private final OpenTelemetry openTelemetry;
  private final MeterRegistry meters;
  private volatile @Nullable Running running;

  /// What has to be ended.
  private record Running(
      AggregatorClient client, Device device, List<SiteLoop> loops, List<OneShot> shots) {}

  Worker(
      AggregatorConfig aggregator,
      @ConfigProperty(name = "kumiai.enrolment-token") Optional<String> enrolmentToken,
      WorkerConfig config,
      CountsConfig counts,
      Instance<TaskWork> work,
      OpenTelemetry openTelemetry,
      MeterRegistry meters) {
    this.aggregator = aggregator;
    this.enrolmentToken = enrolmentToken;
    this.config = config;
    this.counts = counts;
    this.work = work;
    this.openTelemetry = openTelemetry;
    this.meters = meters;
  }

  /// Works for every site until [#stop], or does the one thing that the configuration asks for; the
  /// aggregator need not be there yet.
  ///
  /// @return whether the one thing was done; empty when it works on
  /// @throws KumiaiException.Invalid when the configuration does not allow it; has every reason
  public Optional<Boolean> start() {
    WorkerSettings settings = WorkerSettings.check(aggregator, enrolmentToken, config);
    Running started = start(settings);
    Once once = settings.once();
    if (once == null) {
      started.loops().forEach(SiteLoop::start);
      return Optional.empty();
    }
    boolean done = true;
    for (OneShot shot : started.shots()) {
      done &=
          switch (once) {
            case TASK -> shot.doTask();
            case ANNOUNCE -> shot.announce();
          };
    }
    return Optional.of(done);
  }

  private synchronized Running start(WorkerSettings settings) {
    TaskTelemetry telemetry = new TaskTelemetry(openTelemetry, meters);
    TaskWork announcing =
        CountsNoise.check(counts)
            .<TaskWork>map(noise -> new NoisedHoldings(work.get(), noise))
            .orElseGet(work::get);
    Workplace workplace = new Workplace(settings.dataRoot(), settings.workDir());
    workplace.sweep(Instant.now());
    AggregatorClient client =
        new AggregatorClient(settings.aggregator(), Timing.DEFAULT, telemetry);
    Device device = new Device();
    SiteLoop.Setting setting =
        new SiteLoop.Setting(
            client,
            settings.enrolmentToken(),
            announcing,
            device,
            workplace,
            settings.claimWait(),
            idle(settings.sites().size()),
            TROUBLE,
            telemetry);
    List<SiteLoop> loops = new ArrayList<>();
    List<OneShot> shots = new ArrayList<>();
    for (SiteId site : settings.sites()) {
      if (settings.once() == null) {
        loops.add(new SiteLoop(site, setting));
      } else {
        shots.add(new OneShot(site, setting));
      }
    }
    LOG.infof(
        "works for %s at %s, with the data in %s",
        settings.sites(), settings.aggregator(), settings.dataRoot());
    Running started = new Running(client, device, loops, shots);
    running = started;
    return started;
  }

  private static Backoff idle(int sites) {
    Duration inTurn = Duration.ofSeconds(sites).dividedBy(CLAIMS_PER_SECOND);
    return new Backoff(
        SHORTEST_IDLE, inTurn.compareTo(LONGEST_IDLE_OF_FEW) > 0 ? inTurn : LONGEST_IDLE_OF_FEW);
  }

  /// Stops claiming, gives unfinished tasks back to the aggregator and ends, within seconds.
  public synchronized void stop() {
    Running ending = running;
    if (ending == null) {
      return;
    }
    running = null;
    List<Thread> ends =
        Stream.concat(
                ending.loops().stream().map(loop -> Thread.startVirtualThread(loop::close)),
                ending.shots().stream().map(shot -> Thread.startVirtualThread(shot::close)))
            .toList();
    try {
      for (Thread end : ends) {
        end.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ending.device().close();
    ending.client().close();
  }

  void stop(@Observes ShutdownEvent event) {
    stop();
  }

  /// The sites that the aggregator does not know yet; empty when all is well or nothing was
  /// started.
  List<SiteId> notEnrolled() {
    Running now = running;
    return now == null
        ? List.of()
        : now.loops().stream().filter(l -> !l.isEnrolled()).map(SiteLoop::site).toList();
  }

  boolean isStarted() {
    return running != null;
  }

  boolean isAlive() {
    Running now = running;
    return now == null || now.loops().stream().allMatch(SiteLoop::isAlive);
  }
}
