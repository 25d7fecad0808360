-- Which replica turns the updates of a closed round into the next model, and until when nobody else
-- begins to: it renews that while it works.
create table round_claim (
  run         varchar(36)                 not null references run (id),
  round       integer                     not null,
  replica     varchar(80)                 not null,
  lease_until timestamp(6) with time zone not null,
  primary key (run, round)
);
