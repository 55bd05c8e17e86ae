-- Whatever decides what a read model serves, and to whom: a row an object of some schemas.
--   $1 the schemas   $2 a text that is shown as $3, and $4 as $5: names of schemas, so that the same under other names
--   gives the same rows
--
-- Indexes and constraints are left out: what they do to rows, the rows tell.
with own as materialized (
    select oid, nspname, nspowner, nspacl from pg_namespace where nspname = any($1)
), relation as materialized (
    select c.*, format('%I.%I', n.nspname, c.relname) as name
    from pg_class as c join own as n on n.oid = c.relnamespace
    where c.relkind not in ('i', 'I', 't')
), routine as materialized (
    select p.*, p.oid::regprocedure::text as name
    from pg_proc as p join own as n on n.oid = p.pronamespace
), object (kind, name, definition) as (
    select 'schema', n.nspname::text, n.nspowner::regrole::text from own as n
    union all
    select 'relation', r.name,
        concat_ws(' ', r.relkind, r.relpersistence, r.relrowsecurity, r.relforcerowsecurity, r.reloptions::text,
            r.relowner::regrole)
    from relation as r
    union all
    select 'view', r.name, pg_get_viewdef(r.oid) from relation as r where r.relkind in ('v', 'm')
    union all
    select 'function', f.name,
        concat_ws(' ', f.prokind, f.proowner::regrole,
            case when f.prokind in ('f', 'p') then pg_get_functiondef(f.oid) end)
    from routine as f
    union all
    select 'rule', w.rulename || ' on ' || r.name, pg_get_ruledef(w.oid) || ' ' || w.ev_enabled::text
    from pg_rewrite as w join relation as r on r.oid = w.ev_class
    where w.rulename <> '_RETURN'
    union all
    select 'trigger', t.tgname || ' on ' || r.name, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
    from pg_trigger as t join relation as r on r.oid = t.tgrelid
    where not t.tgisinternal
    union all
    select 'policy', p.polname || ' on ' || r.name,
        concat_ws(' ', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, r.oid), pg_get_expr(p.polwithcheck, r.oid),
            array(select g::regrole::text from unnest(p.polroles) as g order by 1)::text)
    from pg_policy as p join relation as r on r.oid = p.polrelid
    union all
    select 'child table', h.inhrelid::regclass::text, r.name
    from pg_inherits as h join relation as r on r.oid = h.inhparent
    union all
    select 'right', concat_ws(' ', g.grantee::regrole, g.privilege_type, 'schema', n.nspname), g.is_grantable::text
    from own as n cross join lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as g
    union all
    select 'right', concat_ws(' ', g.grantee::regrole, g.privilege_type, r.name), g.is_grantable::text
    from relation as r cross join lateral aclexplode(coalesce(r.relacl, acldefault('r', r.relowner))) as g
    union all
    select 'right', concat_ws(' ', g.grantee::regrole, g.privilege_type, r.name || '.' || a.attname),
        g.is_grantable::text
    from relation as r
    join pg_attribute as a on a.attrelid = r.oid and not a.attisdropped
    cross join lateral aclexplode(a.attacl) as g
    union all
    select 'right', concat_ws(' ', g.grantee::regrole, g.privilege_type, f.name), g.is_grantable::text
    from routine as f cross join lateral aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) as g
)
select o.kind,
    replace(replace(o.name, $2::text, $3::text), $4::text, $5::text) as name,
    replace(replace(coalesce(o.definition, ''), $2::text, $3::text), $4::text, $5::text) as definition
from object as o
order by 1, 2, 3
