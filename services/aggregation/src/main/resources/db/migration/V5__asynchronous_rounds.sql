-- In asynchronous rounds, the round that an update went into, which may be a later one than that of
-- its task; null while it waits, and in all other rounds.
alter table task add column aggregated_in integer;

create index task_by_state on task (run, kind, state, aggregated_in);
create index task_by_aggregation on task (run, aggregated_in);
