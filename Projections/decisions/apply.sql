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
