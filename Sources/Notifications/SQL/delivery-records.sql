-- How a notification stands on its ways, by recipient: all ways of each.
--   $1  notification, text
--   $2  only to this user, text or null
--   $3  only those after this user, text
--   $4  how many recipients at most, bigint
select
    d.notification_id, d.user_id, d.channel, d.device_id, d.state, d.attempts, d.due_at, d.reason, d.position,
    d.changed_at, d.received_at
from {schema}.deliveries as d
where d.notification_id = $1
    and d.user_id in (
        select distinct r.user_id
        from {schema}.deliveries as r
        where r.notification_id = $1 and ($2::text is null or r.user_id = $2) and r.user_id > $3
        order by r.user_id
        limit $4
    )
order by d.user_id, d.channel, d.device_id
