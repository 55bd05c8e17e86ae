-- Every assignment that was not removed after the first $1 events; expired ones included.
select user_id, role_id, branch_id, starts_at, expires_at
from access.user_roles
where from_position < $1 and (until_position is null or until_position >= $1)
