-- What was recorded about access by or about a user, newest first: checks, logged accesses and changes of access.
--   $1  below this position, bigint
--   $2  at or above this position, bigint
--   $3  user, text or null for everybody
--   $4  branches whose checks and logged accesses are shown, text[] or null for all
--   $5  branches whose changes of access are shown, text[] or null for all
--   $6  how many at most, integer
select
    a.position, a.id, a.created_at, a.type, a.user_id, a.subject, a.branch,
    a.action, a.resource, a.resource_id, a.status, a.changes, a.ip_address, a.user_agent
from audit.log_entries as a
where a.position in (
    select e.position
    from audit.entries as e
    where e.position < $1 and e.position >= $2
        and ($3::text is null or e.actor = $3 or e.subject = $3)
        and case
            when e.type in ('audit.access-logged', 'rbac.access-checked') then $4::text[] is null or e.branch = any($4)
            when starts_with(e.type, 'rbac.') then $5::text[] is null or e.branch = any($5)
            else false
        end
    order by e.position desc
    limit $6
)
order by a.position desc
