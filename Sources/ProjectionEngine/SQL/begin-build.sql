-- Notes that a build begins.
--   $1 the schema   $2 the read model   $3 its version   $4 the digest of its SQL
insert into projections.builds (schema, name, version, digest, position, indexed)
values ($1, $2, $3, $4, 0, false)
