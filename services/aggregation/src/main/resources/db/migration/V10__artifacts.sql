-- Every file that was ever kept. The row is written before the file is, so that garbage collection
-- knows of files that nothing refers to yet.
create table artifact (
  digest  varchar(64)                 not null primary key,
  bytes   bigint                      not null,
  -- When somebody last brought it, or said that it will be used.
  kept    timestamp(6) with time zone not null,
  -- When it was removed; null while it is kept.
  removed timestamp(6) with time zone
);

create index artifact_by_kept on artifact (removed, kept);
create index task_by_weights on task (weights);
create index run_round_by_model on run_round (model);
create index run_round_state_by_digest on run_round_state (digest);
