-- Every assignment that was not removed; expired ones included.
select user_id, role_id, branch_id, expires_at
from access.user_roles
where until_position is null
