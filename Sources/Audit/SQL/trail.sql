-- Lines of the audit log about one thing, newest first: its own events, and those that changed it from outside, such
-- as a restore.
--   {resource} {id}  the thing
--   {conditions}     what is asked for and what the reader may see, of audit.entries as e
--   {limit}          how many at most
with touched as (
    select t.position
    from audit.entries as t
    where t.resource = {resource} and t.resource_id = {id} and t.type <> 'rbac.access-checked'
    union
    select t.position
    from audit.entries as t
    where {resource} = 'user' and t.subject = {id} and t.type = 'log.personal-erased'
    union
    select unnest(array[r.from_position, r.until_position])
    from access.roles as r
    where {resource} = 'role' and r.role_id = {id}
    union
    select unnest(array[g.from_position, g.until_position])
    from access.role_permissions as g
    where {resource} = 'role' and g.role_id = {id}
    union
    select unnest(array[h.from_position, h.until_position])
    from access.role_parents as h
    where {resource} = 'role' and h.role_id = {id}
    union
    select unnest(array[d.from_position, d.until_position])
    from access.role_denials as d
    where {resource} = 'role' and d.role_id = {id}
    union
    select unnest(array[q.from_position, q.until_position])
    from access.role_requirements as q
    where {resource} = 'role' and q.role_id = {id}
    union
    select unnest(array[t.from_position, t.until_position])
    from access.role_templates as t
    where {resource} = 'role' and t.role_id = {id}
    union
    select unnest(array[a.from_position, a.until_position])
    from access.separations as a
    where {resource} = 'separation' and a.separation_id = {id}
    union
    select unnest(array[p.from_position, p.until_position])
    from access.permissions as p
    where {resource} = 'permission' and p.permission_id = {id}
    union
    select unnest(array[u.from_position, u.until_position])
    from access.user_roles as u
    where {resource} = 'user' and u.user_id = {id}
)
select
    a.position, a.id, a.created_at, a.type, a.user_id, a.subject, a.branch,
    a.action, a.resource, a.resource_id, a.status, a.changes, a.ip_address, a.user_agent,
    a.stream, a.version, a.correlation_id, a.causation_id
from audit.log_entries as a
where a.position in (
    select e.position
    from touched
    join audit.entries as e on e.position = touched.position
    where {conditions}
    order by e.position desc
    limit {limit}
)
order by a.position desc
