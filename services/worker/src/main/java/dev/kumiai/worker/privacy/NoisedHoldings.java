package dev.kumiai.worker.privacy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.privacy.CountNoise;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.TaskResult;
import dev.kumiai.worker.TaskWork;
import dev.kumiai.worker.Workbench;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Announces what a site holds with noise on every count, booked in the site's privacy ledger. The
/// classes are told as they are: a class that a site has a folder for is named, however many
/// samples of it there are.
///
/// One sample changes one count of one data set by 1, so the noise of one count covers them all.
/// Noise goes on the number of unreadable files, too. Counts below 0 are told as 0, which takes
/// nothing from the privacy.
public final class NoisedHoldings implements TaskWork {

  private static final String UNREADABLE = "unreadable";
  private static final String CLASS = "class ";
  private static final ObjectMapper JSON =
      KumiaiJson.mapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final TaskWork work;
  private final Setting setting;

  /// How counts are noised.
  ///
  /// @param noise on each count
  /// @param budget epsilon that a site may spend in all
  /// @param delta at which concentrated losses are converted
  /// @param random a [java.security.SecureRandom], unless a test wants to know what comes
  /// @param clock tells when something was spent
  public record Setting(
      CountNoise noise, double budget, double delta, RandomGenerator random, Clock clock) {}

  /// Does what `work` does, and noises what it announces.
  public NoisedHoldings(TaskWork work, Setting setting) {
    this.work = work;
    this.setting = setting;
  }

  @Override
  public Set<TaskKind> kinds() {
    return work.kinds();
  }

  @Override
  public List<DatasetCounts> holdings(SiteId site, SiteFolder folder) {
    PrivacyLedger ledger =
        new PrivacyLedger(
            folder.privacyLedger(), setting.budget(), setting.delta(), setting.clock());
    return work.holdings(site, folder).stream().map(counts -> noised(counts, ledger)).toList();
  }

  private DatasetCounts noised(DatasetCounts exact, PrivacyLedger ledger) {
    SortedMap<String, Integer> released =
        ledger.release(
            "the class counts of data set '" + exact.dataset() + "'",
            setting.noise(),
            digest(exact),
            () -> draw(exact));
    SortedMap<String, Integer> perClass = new TreeMap<>();
    for (String label : exact.perClass().keySet()) {
      perClass.put(label, Objects.requireNonNull(released.get(CLASS + label)));
    }
    return new DatasetCounts(
        exact.dataset(), perClass, Objects.requireNonNull(released.get(UNREADABLE)));
  }

  private SortedMap<String, Integer> draw(DatasetCounts exact) {
    SortedMap<String, Integer> drawn = new TreeMap<>();
    exact.perClass().forEach((label, count) -> drawn.put(CLASS + label, draw(count)));
    drawn.put(UNREADABLE, draw(exact.unreadable()));
    return drawn;
  }

  private int draw(int count) {
    return Math.clamp(count + setting.noise().draw(setting.random()), 0, Integer.MAX_VALUE);
  }

  private static Digest digest(DatasetCounts exact) {
    try {
      Map<String, Object> numbers =
          Map.of("perClass", exact.perClass(), UNREADABLE, exact.unreadable());
      return Digest.of(JSON.writeValueAsString(numbers).getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public TaskResult perform(ClaimedTask task, Workbench bench) {
    return work.perform(task, bench);
  }
}
