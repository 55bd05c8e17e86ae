-- Duties that were kept separate after the first $1 events.
select separation_id, kind, name, role_ids, cardinality
from access.separations
where from_position < $1 and (until_position is null or until_position >= $1)
order by separation_id
