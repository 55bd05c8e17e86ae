-- Every permission that held after the first $1 events.
select permission_id, name, resource, action, description
from access.permissions
where from_position < $1 and (until_position is null or until_position >= $1)
order by permission_id
