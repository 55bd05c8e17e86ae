-- Tokens, newest first, without what they are recognised by.
--   $1  only of this user, text or null
--   $2  how many at most, integer
select token_id, user_id, label, issued_at, issued_by, expires_at, revoked_at
from identity.tokens
where $1::text is null or user_id = $1
order by issued_position desc
limit $2
