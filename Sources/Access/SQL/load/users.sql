-- Every registered user.
select user_id, kind
from identity.users
