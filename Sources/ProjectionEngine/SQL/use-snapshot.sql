-- Notes that a kept schema is used. Changes no row where there is none that may be: it is not there, was made by other SQL,
-- or holds what was erased since.
--   $1 the schema   $2 the digest of the read model's SQL
update projections.snapshots
set used_at = clock_timestamp()
where schema = $1 and digest = $2
    and made_at > coalesce((select max(position) from log.log_personal_erased), -1)
