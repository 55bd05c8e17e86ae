-- How many notifications each of some users has not read.
--   $1  users, text[]
--   $2  the moment asked about, timestamptz
select u.user_id, count(i.user_id) as count
from unnest($1::text[]) as u (user_id)
join {schema}.inbox as i on i.user_id = u.user_id
    and i.read_position is null and i.archived_position is null and i.deleted_position is null
    and i.replaced_position is null
    and (i.expires_at is null or i.expires_at > $2)
group by u.user_id
