-- Who carries the tasks of a run out, as its spec says.
alter table run add column executor varchar(16) default 'AGENTS' not null;

-- Which custom resource mirrors the run; null where none does. A resource stands for one run.
alter table run add column resource varchar(512);

create unique index run_by_resource on run (resource);

-- The one task that a Job's worker may do with it; null for workers that do what there is to do.
alter table invitation add column task varchar(36);
alter table site_token add column task varchar(36);

create index invitation_by_task on invitation (task);
create index site_token_by_task on site_token (task);
