-- What was changed from one size of the log to another, newest first: things of access by their intervals, so that what a restore
-- did to them from outside counts too, and settings by their events; each line with the event that did it.
--   {from} {to}   the sizes
--   {settings}    the types of events by which settings change
--   {conditions}  what the reader may see, of audit.entries as e
--   {limit}       how many at most
with touched as (
    select 'role' as thing, r.role_id as thing_id, c.position
    from access.roles as r
    cross join lateral unnest(array[r.from_position, r.until_position]) as c (position)
    where c.position >= {from} and c.position < {to}
    union
    select 'role', g.role_id, c.position
    from access.role_permissions as g
    cross join lateral unnest(array[g.from_position, g.until_position]) as c (position)
    where c.position >= {from} and c.position < {to}
    union
    select 'role', h.role_id, c.position
    from access.role_parents as h
    cross join lateral unnest(array[h.from_position, h.until_position]) as c (position)
    where c.position >= {from} and c.position < {to}
    union
    select 'role', d.role_id, c.position
    from access.role_denials as d
    cross join lateral unnest(array[d.from_position, d.until_position]) as c (position)
    where c.position >= {from} and c.position < {to}
    union
    select 'role', q.role_id, c.position
    from access.role_requirements as q
    cross join lateral unnest(array[q.from_position, q.until_position]) as c (position)
    where c.position >= {from} and c.position < {to}
    union
    select 'role', t.role_id, c.position
    from access.role_templates as t
    cross join lateral unnest(array[t.from_position, t.until_position]) as c (position)
    where c.position >= {from} and c.position < {to}
    union
    select 'permission', p.permission_id, c.position
    from access.permissions as p
    cross join lateral unnest(array[p.from_position, p.until_position]) as c (position)
    where c.position >= {from} and c.position < {to}
    union
    select 'user', u.user_id, c.position
    from access.user_roles as u
    cross join lateral unnest(array[u.from_position, u.until_position]) as c (position)
    where c.position >= {from} and c.position < {to}
    union
    select 'user', i.user_id, i.registered_position
    from identity.users as i
    where i.registered_position >= {from} and i.registered_position < {to}
    union
    select 'setting', '', s.position
    from audit.entries as s
    where s.type = any({settings}) and s.position >= {from} and s.position < {to}
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
