-- What arrived in some inboxes since their programs heard of them last, oldest first, and how many there are of it beside
-- what a page has room for. What was deleted, replaced or expired since is left out.
--   $1  users, text[]; the same user may be there several times
--   $2  for each of them from which position on, bigint[]
--   $3  the moment asked about, timestamptz
--   $4  how many of each at most, bigint
--   $5  how many bytes of each at most, but one notification at least, bigint
select
    u.number, a.notification_id, a.user_id, a.branch_id, a.category, a.priority, a.title, a."text", a.locale, a.link, a.image,
    a.actions, a.payload, a.sender, a.expires_at, a.position, a.arrived_at, a.read_at, a.is_archived,
    a.found > a.place as has_more
from unnest($1::text[], $2::bigint[]) with ordinality as u (user_id, position, number)
cross join lateral (
    select
        i.notification_id, i.user_id, i.branch_id, i.category, n.priority, n.headline as title, n."text", n.locale, n.link,
        n.image, n.actions, n.payload, n.sender, i.expires_at, i.position, i.arrived_at, i.read_at,
        i.archived_position is not null as is_archived,
        row_number() over oldest as place,
        count(*) over () as found,
        sum(
            500 + coalesce(octet_length(n.headline), 0) + coalesce(octet_length(n."text"), 0)
            + coalesce(octet_length(n.link), 0) + coalesce(octet_length(n.image), 0)
            + coalesce(octet_length(n.actions), 0) + coalesce(octet_length(n.payload), 0)
        ) over oldest as bytes
    from (
        select *
        from {schema}.inbox as i
        where i.user_id = u.user_id and i.position >= u.position
            and i.deleted_position is null and i.replaced_position is null
            and (i.expires_at is null or i.expires_at > $3)
        order by i.position
        limit $4 + 1
    ) as i
    join {schema}.notifications as n on n.notification_id = i.notification_id
    window oldest as (order by i.position, i.notification_id)
) as a
where a.place = 1 or a.place <= $4 and a.bytes <= $5
order by u.number, a.position
