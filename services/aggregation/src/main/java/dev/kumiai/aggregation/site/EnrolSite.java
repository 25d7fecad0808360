package dev.kumiai.aggregation.site;

import dev.kumiai.aggregation.access.Actors;
import dev.kumiai.aggregation.access.Secrets;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.protocol.site.Enrolment;
import dev.kumiai.protocol.site.InvitationRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Lets workers of sites in.
///
/// The token for all brings a new site with its first key, and afterwards a worker that has a key
/// of the site. Another key for a site that has one, even a revoked one, takes an invitation: who
/// knows the token for all must not be able to become a site that is there.
@ApplicationScoped
public class EnrolSite {

  private static final Logger LOG = Logger.getLogger(EnrolSite.class);

  /// For a Job to be scheduled, to get its image and to start, beyond the deadline of its task.
  private static final Duration START_OF_A_JOB = Duration.ofHours(1);

  /// In which a worker whose answer was taken, and who was not told, may repeat it.
  private static final Duration AFTER_THE_TASK = Duration.ofMinutes(10);

  private final EnrolmentToken tokenForAll;
  private final SiteStore sites;
  private final EnrolmentStore enrolments;
  private final Actors actors;
  private final Clock clock;

  EnrolSite(
      EnrolmentToken tokenForAll,
      SiteStore sites,
      EnrolmentStore enrolments,
      Actors actors,
      Clock clock) {
    this.tokenForAll = tokenForAll;
    this.sites = sites;
    this.enrolments = enrolments;
    this.actors = actors;
    this.clock = clock;
  }

  /// Gives a worker of the site a token of its own. That the worker has the key's private half, the
  /// caller has verified.
  ///
  /// @throws KumiaiException.Unauthenticated `enrolment-token-wrong`, `invitation-expired`
  /// @throws KumiaiException.Forbidden `invitation-needed`, `invitation-used`,
  ///   `invitation-for-another`, `site-key-revoked`, `site-key-of-another`
  /// @throws KumiaiException.Gone `task-token-over`
  @Transactional
  public Enrolment.Accepted enrol(Enrolment enrolment) {
    SiteId site = enrolment.site();
    Instant now = clock.instant();
    Invitation invitation = invitation(enrolment, now);
    sites.enrol(site, now);
    sites.lock(site);
    EnrolledKey known = enrolments.key(enrolment.key().id()).orElse(null);
    if (known == null) {
      admit(enrolment, invitation, now);
    } else {
      require(site, known);
    }
    TaskId task = invitation == null ? null : invitation.task();
    if (invitation != null && invitation.key() == null) {
      enrolments.save(invitation.use(enrolment.key().id()));
    }
    String siteToken = Secrets.random();
    sites.addToken(new Worker(site, task), enrolment.key().id(), Secrets.hash(siteToken), now);
    LOG.infof(
        "worker enrolled site=%s key=%s%s",
        site, enrolment.key().id(), task == null ? "" : " task=" + task);
    return new Enrolment.Accepted(site, siteToken);
  }

  /// The invitation whose token was shown; null when it is the token for all.
  private @Nullable Invitation invitation(Enrolment enrolment, Instant now) {
    if (tokenForAll.is(enrolment.enrolmentToken())) {
      return null;
    }
    Digest hash = Secrets.hash(enrolment.enrolmentToken());
    Invitation invitation = enrolments.lockInvitation(hash).orElseThrow(EnrolmentToken::wrong);
    if (!invitation.site().equals(enrolment.site())) {
      throw new KumiaiException.Forbidden(
          "invitation-for-another",
          "this invitation is not for site '" + enrolment.site() + "': ask for one that is");
    }
    String used = invitation.key();
    if (used != null && !used.equals(enrolment.key().id())) {
      throw new KumiaiException.Forbidden(
          "invitation-used", "this invitation let another key in already: ask for another one");
    }
    if (used == null && !now.isBefore(invitation.expires())) {
      throw new KumiaiException.Unauthenticated(
          "invitation-expired", "this invitation has expired: ask for another one");
    }
    if (invitation.task() != null) {
      task(invitation.task()).requireOpen();
    }
    return invitation;
  }

  private void admit(Enrolment enrolment, @Nullable Invitation invitation, Instant now) {
    SiteId site = enrolment.site();
    if (invitation == null && !enrolments.keys(site).isEmpty()) {
      LOG.warnf("refused another key without an invitation site=%s", site);
      throw new KumiaiException.Forbidden(
          "invitation-needed",
          "site '%s' has enrolled with another key: restore its file 'site-key', or let an"
                  .formatted(site)
              + " administrator invite it (kumiai sites invite) and use that enrolment token");
    }
    enrolments.add(new EnrolledKey(site, enrolment.key(), now, null));
    LOG.infof("key enrolled site=%s key=%s", site, enrolment.key().id());
  }

  private static void require(SiteId site, EnrolledKey known) {
    if (!known.site().equals(site)) {
      throw new KumiaiException.Forbidden(
          "site-key-of-another", "this key is another site's: each has one of its own");
    }
    if (known.isRevoked()) {
      throw SiteKeys.revoked(site);
    }
  }

  /// Invites a site: makes a token that lets one more key of it in.
  @Transactional
  public InvitationRequest.Made invite(InvitationRequest request) {
    Duration valid = Duration.ofHours(Objects.requireNonNull(request.hours()));
    InvitationRequest.Made made = invite(request.site(), null, valid);
    LOG.infof("site invited site=%s by=%s", request.site(), actors.current().name());
    return made;
  }

  /// Invites the worker of a task's Job: makes a token that lets one process of the task's site in,
  /// for that task alone. It is good until the deadline of the run's stages and an hour more.
  ///
  /// @throws KumiaiException.NotFound `task-unknown`
  /// @throws KumiaiException.Gone `task-token-over` when nothing is left to do
  @Transactional
  public InvitationRequest.Made inviteForTask(TaskId id) {
    BoundTask task = task(id).requireOpen();
    InvitationRequest.Made made = invite(task.site(), id, task.deadline().plus(START_OF_A_JOB));
    LOG.infof("worker invited site=%s task=%s", task.site(), id);
    return made;
  }

  private BoundTask task(TaskId id) {
    return enrolments
        .task(id)
        .orElseThrow(() -> new KumiaiException.NotFound("task-unknown", "there is no task " + id));
  }

  private InvitationRequest.Made invite(SiteId site, @Nullable TaskId task, Duration valid) {
    Instant now = clock.instant();
    Instant expires = now.plus(valid);
    String token = Secrets.random();
    enrolments.add(
        new Invitation(
            Secrets.hash(token), site, now, actors.current().name(), expires, null, task));
    return new InvitationRequest.Made(site, token, expires);
  }

  /// Forgets tokens for tasks that are over, and have been for a while.
  @Transactional
  public void forgetTokensOfTasks() {
    enrolments.forgetTokensOfTasks(clock.instant().minus(AFTER_THE_TASK));
  }
}
