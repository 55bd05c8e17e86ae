-- Users as they stood after the first N events, for some N, with the roles they had. No row where nothing was known.
--   {ids}       the users
--   {sizes}     the Ns
--   {branches}  the branches whose assignments may be seen; null for all
--   {personal}  whether name and address may be seen; what was erased since is gone either way
select i.id, s.size, json_strip_nulls(json_build_object(
    'kind', u.kind,
    'name', case when {personal} then u.name end,
    'email', case when {personal} then u.email end,
    'roles', held.roles
))::text as state
from unnest({ids}) as i (id)
cross join unnest({sizes}) as s (size)
left join identity.users as u on u.user_id = i.id and u.registered_position < s.size
cross join lateral (
    select coalesce(
        json_agg(
            json_build_object(
                'roleId', g.role_id, 'branchId', g.branch_id, 'assignedBy', g.assigned_by,
                'startsAt', to_char(g.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                'expiresAt', to_char(g.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            )
            order by g.role_id, g.branch_id
        ),
        '[]'::json
    ) as roles
    from access.user_roles as g
    where g.user_id = i.id and g.from_position < s.size and (g.until_position is null or g.until_position >= s.size)
        and ({branches}::text[] is null or g.branch_id = any({branches}::text[]))
) as held
where u.user_id is not null or json_array_length(held.roles) > 0
