package dev.kumiai.aggregation.site;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Keeps the keys of sites and the invitations for more. Every call belongs to a transaction of the
/// caller.
public interface EnrolmentStore {

  Optional<EnrolledKey> key(String id);

  /// In the order of their enrolment.
  List<EnrolledKey> keys(SiteId site);

  /// Sites of which every key was revoked.
  Set<SiteId> shutOut();

  void add(EnrolledKey key);

  /// Notes that a key was revoked, and forgets the tokens of its workers.
  void save(EnrolledKey key);

  /// Reads an invitation and lets nobody else use it until the transaction ends.
  Optional<Invitation> lockInvitation(Digest tokenHash);

  void add(Invitation invitation);

  /// Notes that an invitation was used.
  void save(Invitation invitation);

  /// What an invitation for a task has to know of it.
  Optional<BoundTask> task(TaskId task);

  /// Forgets invitations and site tokens for tasks that were over by then, some hundred at a time.
  void forgetTokensOfTasks(Instant overBefore);
}
