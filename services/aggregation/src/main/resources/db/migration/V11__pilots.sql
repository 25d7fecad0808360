-- Sets of runs that are compared, and the runs that each has started so far.
create table pilot (
  id       varchar(36)                 not null primary key,
  created  timestamp(6) with time zone not null,
  spec     text                        not null,
  state    varchar(16)                 not null,
  reason   text,
  finished timestamp(6) with time zone
);

create index pilot_by_finished on pilot (finished);

create table pilot_run (
  pilot      varchar(36) not null references pilot (id),
  number     integer     not null,
  repetition integer     not null,
  arm        varchar(32) not null,
  amount     text,
  run_id     varchar(36) not null references run (id),
  -- How far the sites pulled apart in each round; null until the run is over.
  drift      text,
  primary key (pilot, number)
);
