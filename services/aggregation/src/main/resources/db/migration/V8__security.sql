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

-- What a site signs its results with. The id is the key's digest.
create table site_key (
  id         varchar(64)                 not null primary key,
  site       varchar(63)                 not null references site (id),
  public_key varchar(128)                not null,
  enrolled   timestamp(6) with time zone not null,
  revoked    timestamp(6) with time zone
);

create index site_key_by_site on site_key (site);

-- An enrolment token for one key of one site; key_id once it was used.
create table invitation (
  token_hash varchar(64)                 not null primary key,
  site       varchar(63)                 not null,
  created    timestamp(6) with time zone not null,
  created_by varchar(255)                not null,
  expires    timestamp(6) with time zone not null,
  key_id     varchar(64)
);

-- The key with which the worker enrolled that has the token.
alter table site_token add column key_id varchar(64);

-- What proves whose a result is: the signature of RFC 9421, and what it covers.
alter table task add column key_id varchar(64);
alter table task add column signature_input varchar(400);
alter table task add column signature varchar(200);
