-- What was recorded about access by or about a user, newest first: decisions, logged accesses and changes of access.
--   $1  below this position, bigint
--   $2  at or above this position, bigint
--   $3  user, text or null for everybody
--   $4  branches whose decisions and logged accesses are shown, text[] or null for all
--   $5  branches whose changes of access are shown, text[] or null for all
--   $6  how many at most, integer
--   $7  at the position that $1 follows, only lines before this one, integer
with lines as (
    (
        select
            e.position, 0 as nth, a.id, a.created_at, a.type, a.user_id, a.subject, a.branch,
            a.action, a.resource, a.resource_id, a.status, a.changes, a.ip_address, a.user_agent
        from audit.entries as e
        join audit.log_entries as a on a.position = e.position
        where e.position < $1 and e.position >= $2
            and ($3::text is null or e.actor = $3 or e.subject = $3)
            and case
                when e.type in ('audit.access-logged', 'rbac.access-checked')
                    then $4::text[] is null or e.branch = any($4)
                when starts_with(e.type, 'rbac.') then $5::text[] is null or e.branch = any($5)
                else false
            end
        order by e.position desc
        limit $6
    )
    union all
    (
        select
            b.position, d.nth, e.id, d.decided_at, e.type, d.asker, d.user_id, d.branch_id,
            case d.kind when 'command' then 'access-decided' else 'access-checked' end, 'permission', d.permission,
            case d.verdict when 'granted' then 'allowed' else 'denied' end,
            json_build_object('verdict', d.verdict, 'size', d.size, 'traceId', d.trace_id)::text, null, null
        from decisions.batches as b
        join log.events as e on e.position = b.position
        cross join lateral (
            select * from decisions.each as x where x.position = b.position
        ) as d
        where b.position <= $1 and b.position >= $2 and (b.position < $1 or d.nth < $7)
            and ($3::text is null or b.users @> array[$3])
            and ($3::text is null or d.asker = $3 or d.user_id = $3)
            and ($4::text[] is null or d.branch_id = any($4))
        order by b.position desc, d.nth desc
        limit $6
    )
)
select *
from lines
order by position desc, nth desc
limit $6
