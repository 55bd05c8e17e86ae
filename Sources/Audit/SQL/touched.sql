-- What was changed from one size of the log to another, newest first: things of access by their intervals, so that what a restore
-- did to them from outside counts too, and other settings by their events; each line with the event that did it.
-- Openings and ends of intervals are looked up apart, each by its index.
--   {from} {to}   the sizes
--   {settings}    the types of events by which other settings change
--   {conditions}  what the reader may see, of audit.entries as e
--   {limit}       how many at most
with changed as (
    select 'role' as thing, r.role_id as thing_id, r.from_position as position from access.roles as r
    where r.from_position >= {from} and r.from_position < {to}
    union all
    select 'role', r.role_id, r.until_position from access.roles as r
    where r.until_position >= {from} and r.until_position < {to}
    union all
    select 'role', g.role_id, g.from_position from access.role_permissions as g
    where g.from_position >= {from} and g.from_position < {to}
    union all
    select 'role', g.role_id, g.until_position from access.role_permissions as g
    where g.until_position >= {from} and g.until_position < {to}
    union all
    select 'role', h.role_id, h.from_position from access.role_parents as h
    where h.from_position >= {from} and h.from_position < {to}
    union all
    select 'role', h.role_id, h.until_position from access.role_parents as h
    where h.until_position >= {from} and h.until_position < {to}
    union all
    select 'role', d.role_id, d.from_position from access.role_denials as d
    where d.from_position >= {from} and d.from_position < {to}
    union all
    select 'role', d.role_id, d.until_position from access.role_denials as d
    where d.until_position >= {from} and d.until_position < {to}
    union all
    select 'role', q.role_id, q.from_position from access.role_requirements as q
    where q.from_position >= {from} and q.from_position < {to}
    union all
    select 'role', q.role_id, q.until_position from access.role_requirements as q
    where q.until_position >= {from} and q.until_position < {to}
    union all
    select 'role', t.role_id, t.from_position from access.role_templates as t
    where t.from_position >= {from} and t.from_position < {to}
    union all
    select 'role', t.role_id, t.until_position from access.role_templates as t
    where t.until_position >= {from} and t.until_position < {to}
    union all
    select 'permission', p.permission_id, p.from_position from access.permissions as p
    where p.from_position >= {from} and p.from_position < {to}
    union all
    select 'permission', p.permission_id, p.until_position from access.permissions as p
    where p.until_position >= {from} and p.until_position < {to}
    union all
    select 'user', u.user_id, u.from_position from access.user_roles as u
    where u.from_position >= {from} and u.from_position < {to}
    union all
    select 'user', u.user_id, u.until_position from access.user_roles as u
    where u.until_position >= {from} and u.until_position < {to}
    union all
    select 'user', i.user_id, i.registered_position
    from identity.users as i
    where i.registered_position >= {from} and i.registered_position < {to}
    union all
    select 'separation', a.separation_id, a.from_position from access.separations as a
    where a.from_position >= {from} and a.from_position < {to}
    union all
    select 'separation', a.separation_id, a.until_position from access.separations as a
    where a.until_position >= {from} and a.until_position < {to}
    union all
    select 'implication', m.permission_id || ' → ' || m.implied_permission_id, m.from_position from access.implications as m
    where m.from_position >= {from} and m.from_position < {to}
    union all
    select 'implication', m.permission_id || ' → ' || m.implied_permission_id, m.until_position from access.implications as m
    where m.until_position >= {from} and m.until_position < {to}
    union all
    select 'setting', '', s.position
    from audit.entries as s
    where s.type = any({settings}) and s.position >= {from} and s.position < {to}
), touched as (
    select distinct thing, thing_id, position from changed
)
select
    touched.thing, touched.thing_id,
    a.position, a.id, a.created_at, a.type, a.user_id, a.subject, a.branch,
    a.action, a.resource, a.resource_id, a.status, a.changes, a.ip_address, a.user_agent,
    a.stream, a.version, a.correlation_id, a.causation_id
from touched
join audit.entries as e on e.position = touched.position
join audit.log_entries as a on a.position = touched.position
where {conditions}
order by a.position desc, touched.thing, touched.thing_id
limit {limit}
