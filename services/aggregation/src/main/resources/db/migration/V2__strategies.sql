-- What an update tells for the strategies that need it; null where it does not.
alter table task add column steps bigint;
alter table task add column initial_loss double precision;

-- What a strategy remembers after a round, as digests of files of weights.
create table run_round_state (
  run    varchar(36) not null,
  round  integer     not null,
  name   varchar(63) not null,
  digest varchar(64) not null,
  primary key (run, round, name),
  foreign key (run, round) references run_round (run, round)
);
