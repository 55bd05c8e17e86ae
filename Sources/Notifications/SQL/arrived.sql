-- What arrived in some inboxes, oldest first. What was deleted, replaced or expired since is left out.
--   $1  users, text[]
--   $2  from this position on, bigint
--   $3  below this position, bigint
--   $4  the moment asked about, timestamptz
--   $5  how many at most, bigint
select
    i.notification_id, i.user_id, i.branch_id, i.category, n.priority, n.headline as title, n."text", n.locale, n.link,
    n.image, n.actions, n.payload, n.sender, i.expires_at, i.position, i.arrived_at, i.read_at,
    i.archived_position is not null as is_archived
from unnest($1::text[]) as u (user_id)
join {schema}.inbox as i on i.user_id = u.user_id and i.position >= $2 and i.position < $3
join {schema}.notifications as n on n.notification_id = i.notification_id
where i.deleted_position is null and i.replaced_position is null and (i.expires_at is null or i.expires_at > $4)
order by i.position, i.user_id
limit $5
