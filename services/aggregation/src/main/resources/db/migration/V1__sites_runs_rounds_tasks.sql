-- Standard SQL that H2 and PostgreSQL read alike. Ids and digests are text, times carry their zone.

create table site (
  id        varchar(63)                 not null primary key,
  enrolled  timestamp(6) with time zone not null,
  last_seen timestamp(6) with time zone not null
);

-- One row per enrolled worker. The token itself is kept nowhere.
create table site_token (
  token_hash varchar(64)                 not null primary key,
  site       varchar(63)                 not null references site (id),
  issued     timestamp(6) with time zone not null
);

create table site_dataset (
  site       varchar(63)                 not null references site (id),
  dataset    varchar(80)                 not null,
  per_class  text                        not null,
  unreadable integer                     not null,
  announced  timestamp(6) with time zone not null,
  primary key (site, dataset)
);

create table run (
  id       varchar(36)                 not null primary key,
  created  timestamp(6) with time zone not null,
  spec     text                        not null,
  state    varchar(16)                 not null,
  round    integer                     not null,
  model    varchar(64),
  since    timestamp(6) with time zone not null,
  reason   text,
  finished timestamp(6) with time zone
);

create index run_by_state on run (state);

-- What a site brought when the run was created, and what it is asked to generate.
create table run_site (
  run    varchar(36) not null references run (id),
  site   varchar(63) not null references site (id),
  counts text        not null,
  budget text        not null,
  plan   varchar(64),
  primary key (run, site)
);

create table run_round (
  run      varchar(36)                 not null references run (id),
  round    integer                     not null,
  started  timestamp(6) with time zone not null,
  model    varchar(64),
  accuracy double precision,
  loss     double precision,
  finished timestamp(6) with time zone,
  primary key (run, round)
);

-- The last constraint is what makes an update count once: a site has one task of a kind in a round,
-- and a task has one result.
create table task (
  id           varchar(36)                 not null primary key,
  run          varchar(36)                 not null references run (id),
  site         varchar(63)                 not null references site (id),
  kind         varchar(16)                 not null,
  round        integer                     not null,
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
  unique (run, kind, round, site)
);

create index task_by_site on task (site, state);
create index task_by_lease on task (state, lease_until);
