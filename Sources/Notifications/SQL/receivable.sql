-- Which of some notifications went to a user by a way, or are on it.
--   $1  user, text
--   $2  channel, text
--   $3  device, or '', text
--   $4  notifications, text[]
select d.notification_id
from {schema}.deliveries as d
where d.user_id = $1 and d.channel = $2 and d.device_id = $3 and d.notification_id = any($4)
    and (d.state in ('due', 'failed', 'delivered', 'dead') or d.state = 'held' and d.attempts > 0)
