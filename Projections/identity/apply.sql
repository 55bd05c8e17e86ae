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

-- Sessions: opened once, with some roles; roles are activated and dropped while they are open; closed once.
if occurring_types && array[
    'rbac.session-opened', 'rbac.session-role-activated', 'rbac.session-role-dropped', 'rbac.session-closed'
] then
insert into sessions
select distinct on (session_id) session_id, user_id, position, recorded_at, expires_at
from log.rbac_session_opened
where position between $from and $to
order by session_id, position
on conflict (session_id) do nothing;

with firsts as (
    select distinct on (c.session_id) c.session_id, c.position, c.recorded_at, c.reason
    from log.rbac_session_closed as c
    join sessions as s on s.session_id = c.session_id and s.closed_position is null and s.opened_position < c.position
    where c.position between $from and $to
    order by c.session_id, c.position
)
update sessions as s
set closed_position = f.position, closed_at = f.recorded_at, closed_reason = f.reason
from firsts as f
where s.session_id = f.session_id;

with marks as (
    select position, session_id, role_id, true as opens
    from log.rbac_session_opened
    cross join lateral (select distinct unnest(role_ids) as role_id) as active
    where position between $from and $to
    union all
    select position, session_id, role_id, true
    from log.rbac_session_role_activated
    where position between $from and $to
    union all
    select position, session_id, role_id, false
    from log.rbac_session_role_dropped
    where position between $from and $to
), timeline as materialized (
    select *, row_number() over key as nth, lead(position) over key as next_position
    from marks
    window key as (partition by session_id collate "C", role_id collate "C" order by position)
), ended as (
    update session_roles as r
    set until_position = t.position
    from timeline as t
    where t.nth = 1 and r.session_id = t.session_id and r.role_id = t.role_id and r.until_position is null
)
insert into session_roles
select session_id, role_id, position, next_position
from timeline
where opens;
end if;

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
