package dev.kumiai.worker;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.client.SiteClient;
import dev.kumiai.protocol.task.ClaimedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Claims tasks of a site and does them: one at a time, each from the claim to the answer.
final class SiteWork {

  private static final Logger LOG = Logger.getLogger(SiteWork.class);

  private final SiteId site;
  private final SiteLoop.Setting setting;
  private volatile boolean stopping;
  private volatile boolean begun;
  private volatile @Nullable Attempt current;

  SiteWork(SiteId site, SiteLoop.Setting setting) {
    this.site = site;
    this.setting = setting;
  }

  /// What came of a claim.
  enum Outcome {
    /// There was nothing to do.
    IDLE,
    /// The aggregator took what it had asked for.
    ANSWERED,
    /// A task was begun and not answered with what was asked for.
    NOT_ANSWERED
  }

  /// Claims a task, does it and answers.
  Outcome next(SiteClient client) {
    Optional<Attempt> claimed;
    try (Device.Turn turn = setting.device().take()) {
      claimed =
          client.claim(setting.work().kinds(), setting.claimWait()).map(t -> begin(client, t));
      claimed.ifPresent(attempt -> perform(turn, client, attempt));
    } catch (RuntimeException e) {
      end(current);
      throw e;
    }
    // The device is free for another site while the answer is on its way.
    return claimed.map(this::deliver).orElse(Outcome.IDLE);
  }

  private Outcome deliver(Attempt attempt) {
    try {
      return attempt.deliver() ? Outcome.ANSWERED : Outcome.NOT_ANSWERED;
    } finally {
      end(attempt);
    }
  }

  /// Whether a task was ever claimed.
  boolean hasBegun() {
    return begun;
  }

  private Attempt begin(SiteClient client, ClaimedTask task) {
    begun = true;
    Attempt attempt =
        new Attempt(client, task, setting.workplace().site(site), setting.telemetry().begin(task));
    current = attempt;
    attempt.begin();
    if (stopping) {
      attempt.stop();
    }
    return attempt;
  }

  private void perform(Device.Turn turn, SiteClient client, Attempt attempt) {
    turn.compute(
        () -> {
          attempt.perform(
              task -> {
                Path folder = setting.workplace().open(task.task(), task.attempt());
                return setting
                    .work()
                    .perform(
                        task,
                        new Workbench(
                            setting.workplace().site(site),
                            folder,
                            attempt::progress,
                            digest -> client.model(digest, setting.workplace().models())));
              });
          return attempt;
        });
  }

  private void end(@Nullable Attempt attempt) {
    if (attempt == null) {
      return;
    }
    attempt.close();
    current = null;
    try {
      setting.workplace().close(attempt.task().task(), attempt.task().attempt());
    } catch (IOException e) {
      LOG.warnf("%s: working folder not deleted, %s", attempt, e.getMessage());
    }
  }

  /// Has nothing begun any more, from another thread, and gives the task at hand back.
  void stop() {
    stopping = true;
    try {
      Attempt attempt = current;
      if (attempt != null) {
        attempt.stop();
      }
    } catch (KumiaiException e) {
      LOG.warnf("site=%s: task not given back, %s; its lease will run out", site, e.getMessage());
    }
  }
}
