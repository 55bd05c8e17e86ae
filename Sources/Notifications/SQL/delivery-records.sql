-- How a notification stands on its ways, by recipient.
--   $1  notification, text
--   $2  only to this user, text or null
--   $3  only those after this user, text
--   $4  how many at most, bigint
select
    d.notification_id, d.user_id, d.channel, d.device_id, d.state, d.attempts, d.due_at, d.reason, d.position,
    d.changed_at, d.received_at
from {schema}.deliveries as d
where d.notification_id = $1 and ($2::text is null or d.user_id = $2) and d.user_id > $3
order by d.user_id, d.channel, d.device_id
limit $4
