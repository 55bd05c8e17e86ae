-- Applies the events at positions $from to $to, both included, to read model `decisions`.

insert into batches
select position, "from", "to", count, refused, coalesce(lost, 0), node, users
from log.rbac_decisions_recorded
where position between $from and $to and count is not null;

insert into last_uses as l (user_id, permission, branch_id, last_position, last_at)
select distinct on (user_id, permission, branch_id) user_id, permission, branch_id, position, decided_at
from (
    select
        d.position, x.nth,
        d."from" + (x.decision ->> 0)::bigint * interval '1 microsecond' as decided_at,
        d.users[(x.decision ->> 3)::integer + 1] as user_id,
        d.permissions[(x.decision ->> 4)::integer + 1] as permission,
        case (x.decision ->> 5)::integer
            when -2 then '' when -1 then 'institution' else d.branches[(x.decision ->> 5)::integer + 1]
        end as branch_id
    from log.rbac_decisions_recorded as d
    cross join lateral json_array_elements(d.decisions) with ordinality as x (decision, nth)
    where d.position between $from and $to and d.count is not null
        and d.verdicts[(x.decision ->> 6)::integer + 1] = 'granted'
) as uses
order by user_id, permission, branch_id, position desc, nth desc
on conflict (user_id, permission, branch_id) do update
set last_position = excluded.last_position, last_at = excluded.last_at
where excluded.last_position > l.last_position;

-- The fields of a released event are null: it has no rows, whether it was released before or after it was applied.

delete from batches as b
using log.logs_payloads_released as r, log.events as e
where r.position between $from and $to
    and b.position between r.from_position and r.to_position
    and e.position = b.position and e.data is null;

-- Where the newest use is gone, an older one that is still there becomes it.
with gone as (
    delete from last_uses as l
    using log.logs_payloads_released as r, log.events as e
    where r.position between $from and $to
        and l.last_position between r.from_position and r.to_position
        and e.position = l.last_position and e.data is null
    returning l.user_id, l.permission, l.branch_id, l.last_position
)
insert into last_uses
select distinct on (user_id, permission, branch_id) user_id, permission, branch_id, position, decided_at
from (
    select
        d.position, x.nth,
        d."from" + (x.decision ->> 0)::bigint * interval '1 microsecond' as decided_at,
        g.user_id, g.permission, g.branch_id
    from gone as g
    join batches as b on g.user_id = any(b.users) and b.position < g.last_position
    join log.rbac_decisions_recorded as d on d.position = b.position and d.count is not null
    cross join lateral json_array_elements(d.decisions) with ordinality as x (decision, nth)
    where d.users[(x.decision ->> 3)::integer + 1] = g.user_id
        and d.permissions[(x.decision ->> 4)::integer + 1] = g.permission
        and case (x.decision ->> 5)::integer
            when -2 then '' when -1 then 'institution' else d.branches[(x.decision ->> 5)::integer + 1]
        end = g.branch_id
        and d.verdicts[(x.decision ->> 6)::integer + 1] = 'granted'
) as uses
order by user_id, permission, branch_id, position desc, nth desc;
