-- A name stands for one key for ever. The key itself is kept nowhere.
create table api_key (
  name       varchar(63)                 not null primary key,
  key_hash   varchar(64)                 not null unique,
  role       varchar(16)                 not null,
  created    timestamp(6) with time zone not null,
  created_by varchar(255)                not null,
  expires    timestamp(6) with time zone,
  revoked    timestamp(6) with time zone
);
