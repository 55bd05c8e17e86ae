-- What permissions implied after the first $1 events, beside what follows from their names.
select permission_id, implied_permission_id
from access.implications
where from_position < $1 and (until_position is null or until_position >= $1)
order by permission_id, implied_permission_id
