-- A part of somebody's inbox, newest first.
--   $1  user, text
--   $2  standing: inbox, unread, read or archived, text
--   $3  only of this category, text or null
--   $4  only those before this position, bigint
--   $5  the moment asked about, timestamptz: what expired before is left out
--   $6  how many are left out first, bigint
--   $7  how many at most, bigint
select
    i.notification_id, i.user_id, i.branch_id, i.category, n.priority, n.headline as title, n."text", n.locale, n.link, n.image,
    n.actions, n.payload, n.sender, i.expires_at, i.position, i.arrived_at, i.read_at,
    i.archived_position is not null as is_archived
from {schema}.inbox as i
join {schema}.notifications as n on n.notification_id = i.notification_id
where i.user_id = $1
    and i.position < $4
    and i.deleted_position is null and i.replaced_position is null
    and (i.expires_at is null or i.expires_at > $5)
    and ($3::text is null or i.category = $3)
    and (i.archived_position is not null) = ($2 = 'archived')
    and case $2 when 'unread' then i.read_position is null when 'read' then i.read_position is not null else true end
order by i.position desc, i.notification_id desc
offset $6
limit $7
