-- The append-only record of everything that changes a run, one chain per run, and one, 'audit', for what
-- belongs to no run. Its format is in docs/ledger.md.

-- The newest entry of each chain. Appending locks this row, the last lock of a transaction.
create table ledger_chain (
  chain  varchar(36) not null primary key,
  number bigint      not null,
  hash   varchar(64) not null,
  closed boolean     not null
);

-- Times are text, exactly as they were hashed.
create table ledger_entry (
  chain    varchar(36)  not null references ledger_chain (chain),
  number   bigint       not null,
  at       varchar(27)  not null,
  type     varchar(100) not null,
  body     text         not null,
  previous varchar(64)  not null,
  hash     varchar(64)  not null,
  primary key (chain, number)
);

-- The public keys with which aggregators on this database have signed.
create table ledger_key (
  id         varchar(64)                 not null primary key,
  public_key varchar(200)                not null,
  registered timestamp(6) with time zone not null
);

insert into ledger_chain (chain, number, hash, closed)
values ('audit', 0, '0000000000000000000000000000000000000000000000000000000000000000', false);

-- Runs from before the ledger are recorded from now on.
insert into ledger_chain (chain, number, hash, closed)
select id, 0, '0000000000000000000000000000000000000000000000000000000000000000', finished is not null from run;
