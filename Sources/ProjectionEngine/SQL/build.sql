-- How far a build is, if it is of the same SQL and its schema is there.
--   $1 the schema   $2 the digest of the SQL
select position, indexed
from projections.builds
where schema = $1 and digest = $2 and exists (select from pg_namespace where nspname = $1)
