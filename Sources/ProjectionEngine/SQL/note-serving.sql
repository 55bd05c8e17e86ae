-- Notes what serves of a read model: the schema, how it was made and how far it is.
--   $1 the read model   $2 its version   $3 the schema   $4 the digest of its SQL   $5 the mode   $6 the position
insert into projections.state (name, version, schema, digest, mode, status, position)
values ($1, $2, $3, $4, $5, 'running', $6)
on conflict (name) do update set
    version = excluded.version, schema = excluded.schema, digest = excluded.digest, mode = excluded.mode,
    making = excluded.making, status = excluded.status, position = excluded.position, error = null, error_position = null,
    updated_at = now()
