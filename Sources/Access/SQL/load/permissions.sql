-- Every permission that holds now.
select permission_id, name, resource, action, description
from access.permissions
where until_position is null
order by permission_id
