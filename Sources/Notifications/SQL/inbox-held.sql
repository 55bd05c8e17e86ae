-- Which of some notifications are in somebody's inbox, deleted ones left out.
--   $1  user, text
--   $2  notifications, text[]
select i.notification_id
from {schema}.inbox as i
where i.user_id = $1 and i.notification_id = any($2) and i.deleted_position is null
