-- Whether there are tables, views or sequences that neither Daybook nor an extension made.
select exists (
    select from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_roles as r on r.oid = n.nspowner
    where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'daybook_migrations')
        and r.rolname not in ('daybook_owner', 'daybook_writer')
        and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        and not exists (
            select from pg_depend as d
            where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
        )
)
