-- Where a run stands that is on hold; null for all others.
alter table run add column held varchar(16);
