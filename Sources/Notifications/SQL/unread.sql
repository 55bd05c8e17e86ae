-- How many notifications somebody has not read, by category.
--   $1  user, text
--   $2  the moment asked about, timestamptz
select i.category, count(*) as count
from {schema}.inbox as i
where i.user_id = $1
    and i.read_position is null and i.archived_position is null and i.deleted_position is null
    and i.replaced_position is null
    and (i.expires_at is null or i.expires_at > $2)
group by i.category
order by i.category
