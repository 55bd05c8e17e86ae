-- Sign-in tokens as they stood after the first N events, for some N. No row where there was no such token.
--   {ids}       the tokens
--   {sizes}     the Ns
--   {personal}  whether its label may be seen
select i.id, s.size, json_strip_nulls(json_build_object(
    'userId', t.user_id,
    'label', case when {personal} then t.label end,
    'expiresAt', to_char(t.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'revoked', coalesce(t.revoked_position < s.size, false)
))::text as state
from unnest({ids}) as i (id)
cross join unnest({sizes}) as s (size)
join identity.tokens as t on t.token_id = i.id and t.issued_position < s.size
