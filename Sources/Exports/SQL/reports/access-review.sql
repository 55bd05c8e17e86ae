-- Who held which role after so many events, who gave it, until when, and what it holds.
--   {size}  how many events
-- What roles inherit is not counted in: the roles themselves say it.
select
    u.branch_id, u.user_id, p.name, p.kind, u.role_id, r.name as role, u.assigned_by, u.assigned_at, u.starts_at,
    u.expires_at, u.assigned_position,
    (
        select string_agg(h.parent_role_id, ' ' order by h.parent_role_id) from access.role_parents as h
        where h.role_id = u.role_id and h.from_position < {size} and (h.until_position is null or h.until_position >= {size})
    ) as inherits,
    (
        select string_agg(n.name, ' ' order by n.name)
        from access.role_permissions as g
        join access.permissions as n
            on n.permission_id = g.permission_id and n.from_position < {size}
            and (n.until_position is null or n.until_position >= {size})
        where g.role_id = u.role_id and g.from_position < {size} and (g.until_position is null or g.until_position >= {size})
    ) as permissions
from access.user_roles as u
left join access.roles as r
    on r.role_id = u.role_id and r.from_position < {size} and (r.until_position is null or r.until_position >= {size})
left join identity.users as p on p.user_id = u.user_id and p.registered_position < {size}
where u.from_position < {size} and (u.until_position is null or u.until_position >= {size})
