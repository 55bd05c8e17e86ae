-- What was given up and can be tried again.
--   $1  only of this notification, text or null
--   $2  only of these branches, text[] or null
--   $3  how many at most, bigint
select d.notification_id, d.user_id, d.channel, d.device_id, d.attempts
from {schema}.deliveries as d
join {schema}.notifications as n on n.notification_id = d.notification_id
where d.state = 'dead' and ($1::text is null or d.notification_id = $1) and ($2::text[] is null or n.branch_id = any($2))
order by d.position, d.notification_id, d.user_id, d.channel, d.device_id
limit $3
