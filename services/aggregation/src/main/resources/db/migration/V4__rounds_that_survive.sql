-- A run that is retried does some of its rounds again. Nothing is deleted: the rounds that no longer
-- count stay beside those that do, told apart by the incarnation of the run. The three tables get
-- another key for that, and are made anew because H2 and PostgreSQL name keys differently.
alter table run add column incarnation integer default 0 not null;

create table run_round_new (
  run           varchar(36)                 not null references run (id),
  round         integer                     not null,
  incarnation   integer                     not null,
  started       timestamp(6) with time zone not null,
  model         varchar(64),
  accuracy      double precision,
  loss          double precision,
  finished      timestamp(6) with time zone,
  -- The incarnation that did the round again; null where this one counts.
  superseded_by integer,
  constraint run_round_once primary key (run, round, incarnation)
);

insert into run_round_new (run, round, incarnation, started, model, accuracy, loss, finished)
select run, round, 0, started, model, accuracy, loss, finished from run_round;

create table run_round_state_new (
  run         varchar(36) not null,
  round       integer     not null,
  incarnation integer     not null,
  name        varchar(63) not null,
  digest      varchar(64) not null,
  constraint run_round_state_once primary key (run, round, incarnation, name),
  constraint run_round_state_of_round
    foreign key (run, round, incarnation) references run_round_new (run, round, incarnation)
);

insert into run_round_state_new (run, round, incarnation, name, digest)
select run, round, 0, name, digest from run_round_state;

drop table run_round_state;
drop table run_round;
alter table run_round_new rename to run_round;
alter table run_round_state_new rename to run_round_state;

-- The last constraint is what makes an update count once: a site has one task of a kind in a round
-- of an incarnation, and a task has one result.
create table task_new (
  id           varchar(36)                 not null primary key,
  run          varchar(36)                 not null references run (id),
  site         varchar(63)                 not null references site (id),
  kind         varchar(16)                 not null,
  round        integer                     not null,
  incarnation  integer                     not null,
  created      timestamp(6) with time zone not null,
  state        varchar(16)                 not null,
  attempt      integer                     not null,
  available_at timestamp(6) with time zone,
  lease_until  timestamp(6) with time zone,
  fraction     double precision            not null,
  stage        varchar(200)                not null,
  started      timestamp(6) with time zone,
  finished     timestamp(6) with time zone,
  problem      text,
  weights      varchar(64),
  examples     bigint,
  loss         double precision,
  report       text,
  steps        bigint,
  initial_loss double precision,
  constraint task_once unique (run, kind, round, incarnation, site)
);

insert into task_new (
  id, run, site, kind, round, incarnation, created, state, attempt, available_at, lease_until,
  fraction, stage, started, finished, problem, weights, examples, loss, report, steps, initial_loss)
select
  id, run, site, kind, round, 0, created, state, attempt, available_at, lease_until,
  fraction, stage, started, finished, problem, weights, examples, loss, report, steps, initial_loss
from task;

drop table task;
alter table task_new rename to task;
create index task_by_site on task (site, state);
create index task_by_lease on task (state, lease_until);

-- What a site did wrong in a run, and whether it is still asked.
create table run_standing (
  run         varchar(36) not null references run (id),
  site        varchar(63) not null references site (id),
  -- By kind: how many, and the newest.
  faults      text        not null,
  -- Faults since the start or the last release; these are what leads into quarantine.
  counted     integer     not null,
  quarantined timestamp(6) with time zone,
  reason      text,
  constraint run_standing_once primary key (run, site)
);
