-- Who had roles after the first $1 events, by id, with the roles in the order of their names and branches, expired ones included.
--   $1  size, bigint
--   $2  time by which it is judged what ends next, timestamptz
--   $3  only assignments in these branches, text[] or null
--   $4  only ids in which this occurs, whatever the case, text or null
--   $5  only ids after this one, text
--   $6  how many at most, integer
select
    u.user_id,
    array_agg(r.name order by r.name, u.branch_id) as role_names,
    array_agg(u.branch_id order by r.name, u.branch_id) as branch_ids,
    min(u.expires_at) filter (where u.expires_at > $2) as next_end
from access.user_roles as u
join access.roles as r on r.role_id = u.role_id
    and r.from_position < $1 and (r.until_position is null or r.until_position >= $1)
where u.from_position < $1 and (u.until_position is null or u.until_position >= $1)
    and ($3::text[] is null or u.branch_id = any($3))
    and ($4::text is null or strpos(lower(u.user_id), lower($4)) > 0)
    and u.user_id > $5 collate "C"
group by u.user_id
order by u.user_id
limit $6
