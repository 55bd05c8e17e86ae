-- A view of each of some read models that serve, quoted: whoever locks it keeps their tables from being exchanged.
--   $1 the names of the read models
select format('%I.%I', n.nspname, min(c.relname))
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any($1) and c.relkind = 'v'
group by n.nspname
