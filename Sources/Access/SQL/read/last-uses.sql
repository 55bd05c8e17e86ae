-- When users were last allowed what.
--   $1  users, text[]
select user_id, permission, branch_id, last_at
from decisions.last_uses
where user_id = any($1)
