-- What was held back until now by one way, all of a person or device together, oldest first.
--   $1  channel, text
--   $2  now, timestamptz
--   $3  of how many people at most, bigint
--   $4  how many of each at most, bigint
--   $5  how many bytes of each at most, but one notification at least, bigint
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
    select
        d.notification_id, d.user_id, d.device_id, d.position,
        row_number() over oldest as place,
        sum(
            100 + coalesce(octet_length(n.headline), 0) + coalesce(octet_length(n."text"), 0)
            + coalesce(octet_length(n.link), 0) + coalesce(octet_length(n.image), 0)
            + coalesce(octet_length(n.actions), 0) + coalesce(octet_length(n.payload), 0)
        ) over oldest as bytes
    from (
        select d.notification_id, d.user_id, d.device_id, d.position
        from {schema}.deliveries as d
        where d.user_id = p.user_id and d.channel = $1 and d.device_id = p.device_id
            and d.state = 'held' and d.bundle is null and d.attempts = 0 and d.due_at <= $2
        order by d.position
        limit $4
    ) as d
    join {schema}.notifications as n on n.notification_id = d.notification_id
    window oldest as (order by d.position, d.notification_id)
) as d
where d.place = 1 or d.bytes <= $5
order by d.user_id, d.device_id, d.position
