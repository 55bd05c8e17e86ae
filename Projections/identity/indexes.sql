-- Indexes of read model `identity` that queries need and apply.sql does not.

create index users_by_registration on users (registered_position);
create index tokens_by_digest on tokens (digest);
