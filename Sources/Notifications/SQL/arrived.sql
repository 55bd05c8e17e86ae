-- What arrived in some inboxes since their programs heard of them last, oldest first. What was deleted, replaced or expired
-- since is left out.
--   $1  users, text[]; the same user may be there several times
--   $2  for each of them from which position on, bigint[]
--   $3  the moment asked about, timestamptz
--   $4  how many of each at most, bigint
select
    u.number, i.notification_id, i.user_id, i.branch_id, i.category, n.priority, n.headline as title, n."text", n.locale,
    n.link, n.image, n.actions, n.payload, n.sender, i.expires_at, i.position, i.arrived_at, i.read_at,
    i.archived_position is not null as is_archived
from unnest($1::text[], $2::bigint[]) with ordinality as u (user_id, position, number)
cross join lateral (
    select *
    from {schema}.inbox as i
    where i.user_id = u.user_id and i.position >= u.position
        and i.deleted_position is null and i.replaced_position is null and (i.expires_at is null or i.expires_at > $3)
    order by i.position
    limit $4
) as i
join {schema}.notifications as n on n.notification_id = i.notification_id
order by u.number, i.position
