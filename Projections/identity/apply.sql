-- Applies the events at positions $from to $to, both included, to read model `identity`.
--
-- The first registration of a user and the first revocation of a token count; later ones change nothing.

insert into users
select distinct on (user_id) user_id, kind, name, email, position, recorded_at, actor
from log.identity_user_registered
where position between $from and $to
order by user_id, position
on conflict (user_id) do nothing;

insert into tokens
select distinct on (token_id) token_id, user_id, digest, label, position, recorded_at, actor, expires_at
from log.identity_token_issued
where position between $from and $to
order by token_id, position
on conflict (token_id) do nothing;

with revocations as materialized (
    select token_id, position, recorded_at, actor, reason
    from log.identity_token_revoked
    where position between $from and $to
), firsts as (
    select distinct on (t.token_id) t.token_id, r.position, r.recorded_at, r.actor, r.reason
    from revocations as r
    join tokens as t on t.token_id = r.token_id and t.revoked_position is null and t.issued_position < r.position
    order by t.token_id, r.position
)
update tokens as t
set revoked_position = f.position, revoked_at = f.recorded_at, revoked_by = f.actor, revoked_reason = f.reason
from firsts as f
where t.token_id = f.token_id;

-- What was erased from the log is erased here.
update users as u
set name = null, email = null
from log.log_personal_erased as e
where e.position between $from and $to
    and u.user_id = e.user_id and u.registered_position < e.position;

update tokens as t
set label = null
from log.log_personal_erased as e
where e.position between $from and $to
    and t.user_id = e.user_id and t.issued_position < e.position;
