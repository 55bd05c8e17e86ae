-- What is known of a notification as a whole.
--   $1  notification, text
select
    n.notification_id, n.branch_id, n.sender, n.recipients, n.category, n.priority, n.expires_at, n.audience,
    n.audience_id,
    (select count(*) from {schema}.inbox as i where i.notification_id = $1 and i.read_position is not null) as read,
    (select count(*) from {schema}.parts as p where p.notification_id = $1 and p.decided_position is null) as undecided
from {schema}.notifications as n
where n.notification_id = $1
