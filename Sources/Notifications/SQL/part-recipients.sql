-- The recipients of one part of a notification, with their e-mail addresses.
--   $1  notification, text
--   $2  where the part stands in the log, bigint
select i.user_id, u.email
from {schema}.inbox as i
left join identity.users as u on u.user_id = i.user_id
where i.notification_id = $1 and i.position = $2
order by i.user_id
