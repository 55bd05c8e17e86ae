-- What was recorded about access by or about a user, newest first: changes of access, checks and logged accesses.
--   $1  below this position, bigint
--   $2  at or above this position, bigint
--   $3  user, text or null for everybody
--   $4  how many at most, integer
select
    a.position, a.id, a.created_at, a.type, a.user_id, a.subject, a.branch,
    a.action, a.resource, a.resource_id, a.status, a.changes, a.ip_address, a.user_agent
from audit.log_entries as a
where a.position in (
    select e.position
    from audit.entries as e
    where e.position < $1 and e.position >= $2
        and ($3::text is null or e.actor = $3 or e.subject = $3)
        and (starts_with(e.type, 'rbac.') or e.type = 'audit.access-logged')
    order by e.position desc
    limit $4
)
order by a.position desc
