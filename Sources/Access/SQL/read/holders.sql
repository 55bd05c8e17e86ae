-- Users who have had some role since the first of two sizes and up to the second, by id.
--   $1  the earlier size, bigint
--   $2  the later size, bigint
--   $3  only ids after this one, text
--   $4  how many at most, integer
select distinct u.user_id
from access.user_roles as u
where u.user_id > $3 collate "C" and u.from_position < $2 and (u.until_position is null or u.until_position >= $1)
order by u.user_id
limit $4
