-- The events that what a chain rests on was made by, as it stood after the first $1 events.
--   $1  size, bigint
--   $2  kinds, text[]: assignment, parent, permission, denial or implication
--   $3 $4 $5  what each is about, text[]: user, role and branch; role and parent; role and permission; permission and
--             what it implies
select w.nth::integer, f.position, f.at, f.by, f.from_position, f.from_type
from unnest($2::text[], $3::text[], $4::text[], $5::text[]) with ordinality as w (kind, a, b, c, nth)
cross join lateral (
    select u.assigned_position as position, u.assigned_at as at, u.assigned_by as by, u.from_position, u.from_type
    from access.user_roles as u
    where w.kind = 'assignment' and u.user_id = w.a and u.role_id = w.b and u.branch_id = w.c
        and u.from_position < $1 and (u.until_position is null or u.until_position >= $1)
    union all
    select h.added_position, h.added_at, h.added_by, h.from_position, h.from_type
    from access.role_parents as h
    where w.kind = 'parent' and h.role_id = w.a and h.parent_role_id = w.b
        and h.from_position < $1 and (h.until_position is null or h.until_position >= $1)
    union all
    select p.granted_position, p.granted_at, p.granted_by, p.from_position, p.from_type
    from access.role_permissions as p
    where w.kind = 'permission' and p.role_id = w.a and p.permission_id = w.b
        and p.from_position < $1 and (p.until_position is null or p.until_position >= $1)
    union all
    select d.denied_position, d.denied_at, d.denied_by, d.from_position, d.from_type
    from access.role_denials as d
    where w.kind = 'denial' and d.role_id = w.a and d.permission_id = w.b
        and d.from_position < $1 and (d.until_position is null or d.until_position >= $1)
    union all
    select i.added_position, i.added_at, i.added_by, i.from_position, i.from_type
    from access.implications as i
    where w.kind = 'implication' and i.permission_id = w.a and i.implied_permission_id = w.b
        and i.from_position < $1 and (i.until_position is null or i.until_position >= $1)
) as f
