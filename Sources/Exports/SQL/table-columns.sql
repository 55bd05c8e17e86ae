-- The columns of a table or view of a read model, in order.
--   $1 the schema   $2 the table
select a.attname::text as name, t.typname::text as type,
    coalesce(a.attnum = any(i.indkey::smallint[]), false) as is_key
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisprimary
where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped
order by a.attnum
