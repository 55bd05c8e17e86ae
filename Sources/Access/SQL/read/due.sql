-- Whose assignments, and which sessions, have come to their end by $1 and are not recorded to have.
--   $1  time, timestamptz
--   $2  how many at most, integer
(
    select distinct 'user' as thing, u.user_id as id
    from access.user_roles as u
    where u.until_at is null and u.expires_at is not null and u.expires_at <= $1
    limit $2
)
union all
(
    select 'session', s.session_id
    from identity.sessions as s
    where s.closed_position is null and s.expires_at <= $1
    limit $2
)
