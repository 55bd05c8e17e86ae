-- Whatever in schema `log` decides how the log behaves, and what auditors see of it, a row an object. `daybook verify`
-- compares this with what the shipped files make.
-- (The schemas are looked up by name at each run: what is behind a name changes between two runs of this statement.)
with own as materialized (
    select oid from pg_namespace where nspname in ('log', 'auditor', 'auditor_log')
)
select 'function' as kind, p.oid::regprocedure::text as name, pg_get_functiondef(p.oid) as definition
from pg_proc as p
where p.pronamespace in (select oid from own) and p.prokind in ('f', 'p')
union all
select 'aggregate', p.oid::regprocedure::text, ''
from pg_proc as p
where p.pronamespace in (select oid from own) and p.prokind not in ('f', 'p')
union all
select 'relation', c.oid::regclass::text,
    concat_ws(' ', c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.reloptions::text)
from pg_class as c
where c.relnamespace in (select oid from own) and c.relkind not in ('i', 'I', 't')
union all
select 'column', a.attrelid::regclass || '.' || a.attname,
    concat_ws(' ', a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attstorage, a.attgenerated,
        a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid))
from pg_attribute as a
join pg_class as c on c.oid = a.attrelid and c.relkind not in ('i', 'I', 't')
left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relnamespace in (select oid from own) and a.attnum > 0 and not a.attisdropped
union all
select 'view', c.oid::regclass::text, pg_get_viewdef(c.oid)
from pg_class as c
where c.relnamespace in (select oid from own) and c.relkind in ('v', 'm')
union all
select 'rule', r.rulename || ' on ' || c.oid::regclass, pg_get_ruledef(r.oid)
from pg_rewrite as r join pg_class as c on c.oid = r.ev_class
where c.relnamespace in (select oid from own) and r.rulename <> '_RETURN'
union all
select 'trigger', t.tgname || ' on ' || c.oid::regclass, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
from pg_trigger as t join pg_class as c on c.oid = t.tgrelid
where c.relnamespace in (select oid from own) and not t.tgisinternal
union all
select 'constraint', k.conname || ' on ' || c.oid::regclass, pg_get_constraintdef(k.oid) || ' ' || k.convalidated::text
from pg_constraint as k join pg_class as c on c.oid = k.conrelid
where c.relnamespace in (select oid from own)
union all
select 'index', i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) || ' ' || i.indisvalid::text
from pg_index as i join pg_class as c on c.oid = i.indrelid
where c.relnamespace in (select oid from own) and c.relkind <> 't'
union all
select 'policy', p.polname || ' on ' || c.oid::regclass,
    concat_ws(' ', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid))
from pg_policy as p join pg_class as c on c.oid = p.polrelid
where c.relnamespace in (select oid from own)
union all
select 'child table', h.inhrelid::regclass::text, h.inhparent::regclass::text
from pg_inherits as h join pg_class as c on c.oid = h.inhparent
where c.relnamespace in (select oid from own) and c.relkind in ('r', 'p')
union all
-- Who but the owner may write.
select 'right', concat_ws(' ', g.grantee::regrole, g.privilege_type, c.oid::regclass), ''
from pg_class as c cross join lateral aclexplode(c.relacl) as g
where c.relnamespace in (select oid from own) and c.relkind not in ('i', 'I', 't')
    and g.grantee <> c.relowner and g.privilege_type not in ('SELECT', 'REFERENCES')
union all
-- Who may act with the owner's rights.
select 'right', concat_ws(' ', g.grantee::regrole, g.privilege_type, p.oid::regprocedure), ''
from pg_proc as p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as g
where p.pronamespace in (select oid from own) and p.prosecdef and g.grantee <> p.proowner
union all
-- Whoever migrated owns what is not given to one of the log's roles.
select 'owner', o.name, case when r.rolname like 'daybook\_%' then r.rolname else 'migrator' end
from (
    select c.oid::regclass::text as name, c.relowner as owner from pg_class as c
    where c.relnamespace in (select oid from own) and c.relkind not in ('i', 'I', 't')
    union all
    select p.oid::regprocedure::text, p.proowner from pg_proc as p
    where p.pronamespace in (select oid from own)
) as o join pg_roles as r on r.oid = o.owner
order by 1, 2, 3
