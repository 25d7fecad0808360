package dev.kumiai.aggregation;

import dev.kumiai.aggregation.ledger.Recorded;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// What an observer in the transaction hears of the ledger, and what one hears after it.
@Singleton
class Overheard {

  private final Map<String, List<Recorded>> within = new ConcurrentHashMap<>();
  private final Map<String, List<Recorded>> after = new ConcurrentHashMap<>();

  void within(@Observes Recorded recorded) {
    within.computeIfAbsent(recorded.chain(), _ -> new CopyOnWriteArrayList<>()).add(recorded);
  }

  void after(@Observes(during = TransactionPhase.AFTER_SUCCESS) Recorded recorded) {
    after.computeIfAbsent(recorded.chain(), _ -> new CopyOnWriteArrayList<>()).add(recorded);
  }

  List<Recorded> within(String chain) {
    return within.getOrDefault(chain, List.of());
  }

  List<Recorded> after(String chain) {
    return after.getOrDefault(chain, List.of());
  }
}
