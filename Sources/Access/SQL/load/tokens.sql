-- Every token that was issued.
select token_id, user_id, digest, expires_at, revoked_position is not null as revoked
from identity.tokens
