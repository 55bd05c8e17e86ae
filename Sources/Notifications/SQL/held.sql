-- What was held back until now by one way, all of a person or device together, oldest first.
--   $1  channel, text
--   $2  now, timestamptz
--   $3  of how many people at most, bigint
--   $4  how many of each at most, bigint
with people as materialized (
    select distinct d.user_id, d.device_id
    from (
        select d.user_id, d.device_id
        from {schema}.deliveries as d
        where d.channel = $1 and d.state = 'held' and d.bundle is null and d.attempts = 0 and d.due_at <= $2
        order by d.due_at
        limit $3
    ) as d
)
select d.notification_id, d.user_id, d.device_id
from people as p
cross join lateral (
    select d.notification_id, d.user_id, d.device_id, d.position
    from {schema}.deliveries as d
    where d.user_id = p.user_id and d.channel = $1 and d.device_id = p.device_id
        and d.state = 'held' and d.bundle is null and d.attempts = 0 and d.due_at <= $2
    order by d.position
    limit $4
) as d
order by d.user_id, d.device_id, d.position
