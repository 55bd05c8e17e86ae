-- Notes what auditors were let read of a read model.
--   $1 the read model   $2 its schema   $3 the digest of what they may read
insert into projections.auditors (name, schema, digest)
values ($1, $2, $3)
on conflict (name) do update set schema = excluded.schema, digest = excluded.digest
