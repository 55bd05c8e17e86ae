-- Parts of notifications of which it is not decided yet by which ways their recipients are told, oldest first.
--   $1  how many at most, bigint
--   $2  but for those at these positions, bigint[]
select p.notification_id, p.part, p.position, n.category, n.priority, n.expires_at, n.branch_id
from {schema}.parts as p
join {schema}.notifications as n on n.notification_id = p.notification_id
where p.decided_position is null and p.position <> all($2)
    -- Whose recipients all have it from another part, nothing is to be decided of.
    and exists (
        select from {schema}.inbox as i where i.notification_id = p.notification_id and i.position = p.position
    )
order by p.position
limit $1
