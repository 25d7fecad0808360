package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.event.Backlog;
import dev.kumiai.aggregation.event.EventChannel;
import dev.kumiai.aggregation.event.EventId;
import dev.kumiai.aggregation.event.Outbox;
import dev.kumiai.aggregation.event.OutboxEvent;
import dev.kumiai.aggregation.event.Placed;
import dev.kumiai.protocol.event.EventType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

@ApplicationScoped
class JpaOutbox implements Outbox {

  private static final String GIVEN = "given";

  /// Hibernate's way to say `skip locked` and `wait`.
  private static final int SKIP_LOCKED = -2;

  private static final int WAIT = -1;

  private final EntityManager em;

  JpaOutbox(EntityManager em) {
    this.em = em;
  }

  @Override
  public void add(OutboxEvent event) {
    OutboxEntity row = new OutboxEntity();
    row.channel = event.channel().channel();
    row.chain = event.id().chain();
    row.number = event.id().number();
    row.type = event.type().type();
    row.subject = event.subject();
    row.at = event.at();
    row.data = event.data();
    em.persist(row);
  }

  @Override
  public int givePlaces(int most) {
    OutboxHeadEntity head = lock(GIVEN, WAIT).orElseThrow();
    List<OutboxEntity> rows =
        em.createQuery("from Outbox where place is null order by id", OutboxEntity.class)
            .setMaxResults(most)
            .getResultList();
    for (OutboxEntity row : rows) {
      head.place++;
      row.place = head.place;
    }
    return rows.size();
  }

  @Override
  public OptionalLong lock(EventChannel channel) {
    return lock(channel.channel(), SKIP_LOCKED)
        .map(head -> OptionalLong.of(head.place))
        .orElseGet(OptionalLong::empty);
  }

  private Optional<OutboxHeadEntity> lock(String name, int timeout) {
    return em.createQuery("from OutboxHead where name = :name", OutboxHeadEntity.class)
        .setParameter("name", name)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .setHint("jakarta.persistence.lock.timeout", timeout)
        .getResultStream()
        .findFirst();
  }

  @Override
  public void sent(EventChannel channel, long place) {
    em.find(OutboxHeadEntity.class, channel.channel()).place = place;
  }

  @Override
  public List<Placed> after(EventChannel channel, long place, int most) {
    return em.createQuery(
            "from Outbox where channel = :channel and place > :place order by place",
            OutboxEntity.class)
        .setParameter("channel", channel.channel())
        .setParameter("place", place)
        .setMaxResults(most)
        .getResultStream()
        .map(row -> new Placed(Objects.requireNonNull(row.place), event(row)))
        .toList();
  }

  @Override
  public OptionalLong place(EventChannel channel, EventId id) {
    return row(channel, id)
        .flatMap(row -> Optional.ofNullable(row.place))
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  @Override
  public long lastPlace() {
    return em.find(OutboxHeadEntity.class, GIVEN).place;
  }

  @Override
  public List<OutboxEvent> of(EventChannel channel, String chain, long number, int most) {
    return em.createQuery(
            """
            from Outbox where channel = :channel and chain = :chain and number > :number
            order by number
            """,
            OutboxEntity.class)
        .setParameter("channel", channel.channel())
        .setParameter("chain", chain)
        .setParameter("number", number)
        .setMaxResults(most)
        .getResultStream()
        .map(JpaOutbox::event)
        .toList();
  }

  @Override
  public boolean has(EventChannel channel, EventId id) {
    return row(channel, id).isPresent();
  }

  private Optional<OutboxEntity> row(EventChannel channel, EventId id) {
    return em.createQuery(
            "from Outbox where channel = :channel and chain = :chain and number = :number",
            OutboxEntity.class)
        .setParameter("channel", channel.channel())
        .setParameter("chain", id.chain())
        .setParameter("number", id.number())
        .getResultStream()
        .findFirst();
  }

  @Override
  public int forget(Instant before) {
    return em.createQuery(
            """
            delete from Outbox o
            where o.at < :before
              and o.place <= (select h.place from OutboxHead h where h.name = o.channel)
            """)
        .setParameter("before", before)
        .executeUpdate();
  }

  @Override
  public Backlog backlog(EventChannel channel) {
    return em.createQuery(
            """
            select count(*), min(o.at) from Outbox o
            where o.channel = :channel
              and (o.place is null
                or o.place > (select h.place from OutboxHead h where h.name = o.channel))
            """,
            Object[].class)
        .setParameter("channel", channel.channel())
        .getResultStream()
        .map(row -> new Backlog((Long) row[0], (Instant) row[1]))
        .findFirst()
        .orElseThrow();
  }

  private static OutboxEvent event(OutboxEntity row) {
    return new OutboxEvent(
        EventChannel.of(row.channel),
        new EventId(row.chain, row.number),
        EventType.of(row.type).orElseThrow(),
        row.subject,
        row.at,
        row.data);
  }
}
