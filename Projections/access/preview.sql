-- What a restore to the first $to events would change in read model `access`, one row a change.
--
-- change: `ends` (holds now, did not then) or `returns` (held then, does not now). A thing that was altered since
-- appears once with each. `facts` names what ids alone do not tell a reader.

select 'permission' as thing, 'ends' as change,
    json_build_object('permissionId', n.permission_id) as key,
    json_build_object('name', n.name, 'description', n.description) as facts
from permissions as n
where n.until_position is null and n.from_position >= $to
    and not exists (
        select from permissions as h
        where h.permission_id = n.permission_id and h.changed_position = n.changed_position
            and h.from_position < $to and h.until_position >= $to
    )
union all
select 'permission', 'returns',
    json_build_object('permissionId', h.permission_id),
    json_build_object('name', h.name, 'description', h.description)
from permissions as h
where h.from_position < $to and h.until_position >= $to
    and not exists (
        select from permissions as n
        where n.permission_id = h.permission_id and n.changed_position = h.changed_position
            and n.until_position is null
    )
union all
select 'role' as thing, 'ends' as change,
    json_build_object('roleId', n.role_id) as key,
    json_build_object(
        'branchId', n.branch_id, 'name', n.name, 'description', n.description
    ) as facts
from roles as n
where n.until_position is null and n.from_position >= $to
    and not exists (
        select from roles as h
        where h.role_id = n.role_id and h.changed_position = n.changed_position
            and h.from_position < $to and h.until_position >= $to
    )
union all
select 'role', 'returns',
    json_build_object('roleId', h.role_id),
    json_build_object(
        'branchId', h.branch_id, 'name', h.name, 'description', h.description
    )
from roles as h
where h.from_position < $to and h.until_position >= $to
    and not exists (
        select from roles as n
        where n.role_id = h.role_id and n.changed_position = h.changed_position
            and n.until_position is null
    )
union all
select 'role-permission' as thing, 'ends' as change,
    json_build_object('roleId', n.role_id, 'permissionId', n.permission_id) as key,
    json_build_object(
        'roleName', (select r.name from roles as r where r.role_id = n.role_id and r.until_position is null limit 1),
        'permissionName', (
            select p.name from permissions as p
            where p.permission_id = n.permission_id and p.until_position is null
            limit 1
        ),
        'grantedAt', n.granted_at, 'grantedBy', n.granted_by
    ) as facts
from role_permissions as n
where n.until_position is null and n.from_position >= $to
    and not exists (
        select from role_permissions as h
        where h.role_id = n.role_id and h.permission_id = n.permission_id and h.granted_position = n.granted_position
            and h.from_position < $to and h.until_position >= $to
    )
union all
select 'role-permission', 'returns',
    json_build_object('roleId', h.role_id, 'permissionId', h.permission_id),
    json_build_object(
        'roleName', (
            select r.name from roles as r
            where r.role_id = h.role_id and r.from_position < $to
                and (r.until_position is null or r.until_position >= $to)
            limit 1
        ),
        'permissionName', (
            select p.name from permissions as p
            where p.permission_id = h.permission_id and p.from_position < $to
                and (p.until_position is null or p.until_position >= $to)
            limit 1
        ),
        'grantedAt', h.granted_at, 'grantedBy', h.granted_by
    )
from role_permissions as h
where h.from_position < $to and h.until_position >= $to
    and not exists (
        select from role_permissions as n
        where n.role_id = h.role_id and n.permission_id = h.permission_id and n.granted_position = h.granted_position
            and n.until_position is null
    )
union all
select 'user-role' as thing, 'ends' as change,
    json_build_object('userId', n.user_id, 'roleId', n.role_id, 'branchId', n.branch_id) as key,
    json_build_object(
        'roleName', (select r.name from roles as r where r.role_id = n.role_id and r.until_position is null limit 1),
        'assignedAt', n.assigned_at, 'assignedBy', n.assigned_by,
        'startsAt', n.starts_at, 'expiresAt', n.expires_at
    ) as facts
from user_roles as n
where n.until_position is null and n.from_position >= $to
    and not exists (
        select from user_roles as h
        where h.user_id = n.user_id and h.role_id = n.role_id and h.branch_id = n.branch_id and h.assigned_position = n.assigned_position
            and h.from_position < $to and h.until_position >= $to
    )
union all
select 'user-role', 'returns',
    json_build_object('userId', h.user_id, 'roleId', h.role_id, 'branchId', h.branch_id),
    json_build_object(
        'roleName', (
            select r.name from roles as r
            where r.role_id = h.role_id and r.from_position < $to
                and (r.until_position is null or r.until_position >= $to)
            limit 1
        ),
        'assignedAt', h.assigned_at, 'assignedBy', h.assigned_by,
        'startsAt', h.starts_at, 'expiresAt', h.expires_at
    )
from user_roles as h
where h.from_position < $to and h.until_position >= $to
    and not exists (
        select from user_roles as n
        where n.user_id = h.user_id and n.role_id = h.role_id and n.branch_id = h.branch_id and n.assigned_position = h.assigned_position
            and n.until_position is null
    )
union all
select 'role-parent' as thing, 'ends' as change,
    json_build_object('roleId', n.role_id, 'parentRoleId', n.parent_role_id) as key,
    json_build_object('addedAt', n.added_at, 'addedBy', n.added_by) as facts
from role_parents as n
where n.until_position is null and n.from_position >= $to
    and not exists (
        select from role_parents as h
        where h.role_id = n.role_id and h.parent_role_id = n.parent_role_id and h.added_position = n.added_position
            and h.from_position < $to and h.until_position >= $to
    )
union all
select 'role-parent', 'returns',
    json_build_object('roleId', h.role_id, 'parentRoleId', h.parent_role_id),
    json_build_object('addedAt', h.added_at, 'addedBy', h.added_by)
from role_parents as h
where h.from_position < $to and h.until_position >= $to
    and not exists (
        select from role_parents as n
        where n.role_id = h.role_id and n.parent_role_id = h.parent_role_id and n.added_position = h.added_position
            and n.until_position is null
    )
union all
select 'role-denial' as thing, 'ends' as change,
    json_build_object('roleId', n.role_id, 'permissionId', n.permission_id) as key,
    json_build_object('deniedAt', n.denied_at, 'deniedBy', n.denied_by) as facts
from role_denials as n
where n.until_position is null and n.from_position >= $to
    and not exists (
        select from role_denials as h
        where h.role_id = n.role_id and h.permission_id = n.permission_id and h.denied_position = n.denied_position
            and h.from_position < $to and h.until_position >= $to
    )
union all
select 'role-denial', 'returns',
    json_build_object('roleId', h.role_id, 'permissionId', h.permission_id),
    json_build_object('deniedAt', h.denied_at, 'deniedBy', h.denied_by)
from role_denials as h
where h.from_position < $to and h.until_position >= $to
    and not exists (
        select from role_denials as n
        where n.role_id = h.role_id and n.permission_id = h.permission_id and n.denied_position = h.denied_position
            and n.until_position is null
    )
union all
select 'implication' as thing, 'ends' as change,
    json_build_object('permissionId', n.permission_id, 'impliedPermissionId', n.implied_permission_id) as key,
    json_build_object('addedAt', n.added_at, 'addedBy', n.added_by) as facts
from implications as n
where n.until_position is null and n.from_position >= $to
    and not exists (
        select from implications as h
        where h.permission_id = n.permission_id and h.implied_permission_id = n.implied_permission_id and h.added_position = n.added_position
            and h.from_position < $to and h.until_position >= $to
    )
union all
select 'implication', 'returns',
    json_build_object('permissionId', h.permission_id, 'impliedPermissionId', h.implied_permission_id),
    json_build_object('addedAt', h.added_at, 'addedBy', h.added_by)
from implications as h
where h.from_position < $to and h.until_position >= $to
    and not exists (
        select from implications as n
        where n.permission_id = h.permission_id and n.implied_permission_id = h.implied_permission_id and n.added_position = h.added_position
            and n.until_position is null
    )
union all
select 'separation' as thing, 'ends' as change,
    json_build_object('separationId', n.separation_id) as key,
    json_build_object('kind', n.kind, 'name', n.name, 'roleIds', n.role_ids, 'cardinality', n.cardinality, 'setAt', n.set_at, 'setBy', n.set_by) as facts
from separations as n
where n.until_position is null and n.from_position >= $to
    and not exists (
        select from separations as h
        where h.separation_id = n.separation_id and h.set_position = n.set_position
            and h.from_position < $to and h.until_position >= $to
    )
union all
select 'separation', 'returns',
    json_build_object('separationId', h.separation_id),
    json_build_object('kind', h.kind, 'name', h.name, 'roleIds', h.role_ids, 'cardinality', h.cardinality, 'setAt', h.set_at, 'setBy', h.set_by)
from separations as h
where h.from_position < $to and h.until_position >= $to
    and not exists (
        select from separations as n
        where n.separation_id = h.separation_id and n.set_position = h.set_position
            and n.until_position is null
    )
union all
select 'role-requirements' as thing, 'ends' as change,
    json_build_object('roleId', n.role_id) as key,
    json_build_object('maximumHolders', n.maximum_holders, 'prerequisiteRoleIds', n.prerequisite_role_ids, 'setAt', n.set_at, 'setBy', n.set_by) as facts
from role_requirements as n
where n.until_position is null and n.from_position >= $to
    and not exists (
        select from role_requirements as h
        where h.role_id = n.role_id and h.set_position = n.set_position
            and h.from_position < $to and h.until_position >= $to
    )
union all
select 'role-requirements', 'returns',
    json_build_object('roleId', h.role_id),
    json_build_object('maximumHolders', h.maximum_holders, 'prerequisiteRoleIds', h.prerequisite_role_ids, 'setAt', h.set_at, 'setBy', h.set_by)
from role_requirements as h
where h.from_position < $to and h.until_position >= $to
    and not exists (
        select from role_requirements as n
        where n.role_id = h.role_id and n.set_position = h.set_position
            and n.until_position is null
    )
union all
select 'role-template' as thing, 'ends' as change,
    json_build_object('roleId', n.role_id) as key,
    json_build_object('templateRoleId', n.template_role_id, 'permissionIds', n.permission_ids, 'adoptedAt', n.adopted_at, 'adoptedBy', n.adopted_by) as facts
from role_templates as n
where n.until_position is null and n.from_position >= $to
    and not exists (
        select from role_templates as h
        where h.role_id = n.role_id and h.adopted_position = n.adopted_position
            and h.from_position < $to and h.until_position >= $to
    )
union all
select 'role-template', 'returns',
    json_build_object('roleId', h.role_id),
    json_build_object('templateRoleId', h.template_role_id, 'permissionIds', h.permission_ids, 'adoptedAt', h.adopted_at, 'adoptedBy', h.adopted_by)
from role_templates as h
where h.from_position < $to and h.until_position >= $to
    and not exists (
        select from role_templates as n
        where n.role_id = h.role_id and n.adopted_position = h.adopted_position
            and n.until_position is null
    )
