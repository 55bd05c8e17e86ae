-- Takes read model `access` back to what it was after the first $to events, by the restore recorded at position $at.
--
-- What holds now but did not then is ended at $at; what held then but does not now holds again from $at on. The
-- original facts (who granted it, when) stay with it. A fact that holds on both sides, known by the position of the
-- event that made it, is left alone. No interval is deleted, so a later restore can undo this one in the same way.

-- Permissions.
with restore as (
    select position, recorded_at, actor, type from log.events where position = $at
), held as materialized (
    select * from permissions where from_position < $to and until_position >= $to
), ended as (
    update permissions as n
    set until_position = r.position, until_at = r.recorded_at, until_by = r.actor, until_type = r.type
    from restore as r
    where n.until_position is null and n.from_position >= $to
        and not exists (
            select from held as h
            where h.permission_id = n.permission_id and h.changed_position = n.changed_position
        )
)
insert into permissions
select h.permission_id, h.name, h.resource, h.action, h.description, h.created_position, h.created_at,
    h.created_by, h.changed_position, h.changed_at, h.changed_by,
    r.position, r.recorded_at, r.actor, r.type,
    null, null, null, null
from held as h
cross join restore as r
where not exists (
    select from permissions as n
    where n.permission_id = h.permission_id and n.changed_position = h.changed_position
        and n.until_position is null
);

-- Roles.
with restore as (
    select position, recorded_at, actor, type from log.events where position = $at
), held as materialized (
    select * from roles where from_position < $to and until_position >= $to
), ended as (
    update roles as n
    set until_position = r.position, until_at = r.recorded_at, until_by = r.actor, until_type = r.type
    from restore as r
    where n.until_position is null and n.from_position >= $to
        and not exists (
            select from held as h
            where h.role_id = n.role_id and h.changed_position = n.changed_position
        )
)
insert into roles
select h.role_id, h.branch_id, h.name, h.description, h.template, h.created_position,
    h.created_at, h.created_by, h.changed_position, h.changed_at, h.changed_by,
    r.position, r.recorded_at, r.actor, r.type,
    null, null, null, null
from held as h
cross join restore as r
where not exists (
    select from roles as n
    where n.role_id = h.role_id and n.changed_position = h.changed_position
        and n.until_position is null
);

-- The permissions of roles.
with restore as (
    select position, recorded_at, actor, type from log.events where position = $at
), held as materialized (
    select * from role_permissions where from_position < $to and until_position >= $to
), ended as (
    update role_permissions as n
    set until_position = r.position, until_at = r.recorded_at, until_by = r.actor, until_type = r.type
    from restore as r
    where n.until_position is null and n.from_position >= $to
        and not exists (
            select from held as h
            where h.role_id = n.role_id and h.permission_id = n.permission_id and h.granted_position = n.granted_position
        )
)
insert into role_permissions
select h.role_id, h.permission_id, h.granted_position, h.granted_at, h.granted_by,
    r.position, r.recorded_at, r.actor, r.type,
    null, null, null, null
from held as h
cross join restore as r
where not exists (
    select from role_permissions as n
    where n.role_id = h.role_id and n.permission_id = h.permission_id and n.granted_position = h.granted_position
        and n.until_position is null
);

-- The roles of users.
with restore as (
    select position, recorded_at, actor, type from log.events where position = $at
), held as materialized (
    select * from user_roles where from_position < $to and until_position >= $to
), ended as (
    update user_roles as n
    set until_position = r.position, until_at = r.recorded_at, until_by = r.actor, until_type = r.type
    from restore as r
    where n.until_position is null and n.from_position >= $to
        and not exists (
            select from held as h
            where h.user_id = n.user_id and h.role_id = n.role_id and h.branch_id = n.branch_id and h.assigned_position = n.assigned_position
        )
)
insert into user_roles
select h.user_id, h.role_id, h.branch_id, h.assigned_position, h.assigned_at, h.assigned_by, h.starts_at, h.expires_at,
    r.position, r.recorded_at, r.actor, r.type,
    null, null, null, null
from held as h
cross join restore as r
where not exists (
    select from user_roles as n
    where n.user_id = h.user_id and n.role_id = h.role_id and n.branch_id = h.branch_id and n.assigned_position = h.assigned_position
        and n.until_position is null
);

-- The parents of a role.
with restore as (
    select position, recorded_at, actor, type from log.events where position = $at
), held as materialized (
    select * from role_parents where from_position < $to and until_position >= $to
), ended as (
    update role_parents as n
    set until_position = r.position, until_at = r.recorded_at, until_by = r.actor, until_type = r.type
    from restore as r
    where n.until_position is null and n.from_position >= $to
        and not exists (
            select from held as h
            where h.role_id = n.role_id and h.parent_role_id = n.parent_role_id and h.added_position = n.added_position
        )
)
insert into role_parents
select h.role_id, h.parent_role_id, h.added_position, h.added_at, h.added_by,
    r.position, r.recorded_at, r.actor, r.type,
    null, null, null, null
from held as h
cross join restore as r
where not exists (
    select from role_parents as n
    where n.role_id = h.role_id and n.parent_role_id = h.parent_role_id and n.added_position = h.added_position
        and n.until_position is null
);

-- What a role denies.
with restore as (
    select position, recorded_at, actor, type from log.events where position = $at
), held as materialized (
    select * from role_denials where from_position < $to and until_position >= $to
), ended as (
    update role_denials as n
    set until_position = r.position, until_at = r.recorded_at, until_by = r.actor, until_type = r.type
    from restore as r
    where n.until_position is null and n.from_position >= $to
        and not exists (
            select from held as h
            where h.role_id = n.role_id and h.permission_id = n.permission_id and h.denied_position = n.denied_position
        )
)
insert into role_denials
select h.role_id, h.permission_id, h.denied_position, h.denied_at, h.denied_by,
    r.position, r.recorded_at, r.actor, r.type,
    null, null, null, null
from held as h
cross join restore as r
where not exists (
    select from role_denials as n
    where n.role_id = h.role_id and n.permission_id = h.permission_id and n.denied_position = h.denied_position
        and n.until_position is null
);

-- What permissions imply beside what follows from their names.
with restore as (
    select position, recorded_at, actor, type from log.events where position = $at
), held as materialized (
    select * from implications where from_position < $to and until_position >= $to
), ended as (
    update implications as n
    set until_position = r.position, until_at = r.recorded_at, until_by = r.actor, until_type = r.type
    from restore as r
    where n.until_position is null and n.from_position >= $to
        and not exists (
            select from held as h
            where h.permission_id = n.permission_id and h.implied_permission_id = n.implied_permission_id and h.added_position = n.added_position
        )
)
insert into implications
select h.permission_id, h.implied_permission_id, h.added_position, h.added_at, h.added_by,
    r.position, r.recorded_at, r.actor, r.type,
    null, null, null, null
from held as h
cross join restore as r
where not exists (
    select from implications as n
    where n.permission_id = h.permission_id and n.implied_permission_id = h.implied_permission_id and n.added_position = h.added_position
        and n.until_position is null
);

-- Duties that are kept separate.
with restore as (
    select position, recorded_at, actor, type from log.events where position = $at
), held as materialized (
    select * from separations where from_position < $to and until_position >= $to
), ended as (
    update separations as n
    set until_position = r.position, until_at = r.recorded_at, until_by = r.actor, until_type = r.type
    from restore as r
    where n.until_position is null and n.from_position >= $to
        and not exists (
            select from held as h
            where h.separation_id = n.separation_id and h.set_position = n.set_position
        )
)
insert into separations
select h.separation_id, h.kind, h.name, h.role_ids, h.cardinality, h.set_position, h.set_at, h.set_by,
    r.position, r.recorded_at, r.actor, r.type,
    null, null, null, null
from held as h
cross join restore as r
where not exists (
    select from separations as n
    where n.separation_id = h.separation_id and n.set_position = h.set_position
        and n.until_position is null
);

-- What it takes to be given a role.
with restore as (
    select position, recorded_at, actor, type from log.events where position = $at
), held as materialized (
    select * from role_requirements where from_position < $to and until_position >= $to
), ended as (
    update role_requirements as n
    set until_position = r.position, until_at = r.recorded_at, until_by = r.actor, until_type = r.type
    from restore as r
    where n.until_position is null and n.from_position >= $to
        and not exists (
            select from held as h
            where h.role_id = n.role_id and h.set_position = n.set_position
        )
)
insert into role_requirements
select h.role_id, h.maximum_holders, h.prerequisite_role_ids, h.set_position, h.set_at, h.set_by,
    r.position, r.recorded_at, r.actor, r.type,
    null, null, null, null
from held as h
cross join restore as r
where not exists (
    select from role_requirements as n
    where n.role_id = h.role_id and n.set_position = h.set_position
        and n.until_position is null
);

-- What the roles that were made from a template took over from it.
with restore as (
    select position, recorded_at, actor, type from log.events where position = $at
), held as materialized (
    select * from role_templates where from_position < $to and until_position >= $to
), ended as (
    update role_templates as n
    set until_position = r.position, until_at = r.recorded_at, until_by = r.actor, until_type = r.type
    from restore as r
    where n.until_position is null and n.from_position >= $to
        and not exists (
            select from held as h
            where h.role_id = n.role_id and h.adopted_position = n.adopted_position
        )
)
insert into role_templates
select h.role_id, h.template_role_id, h.permission_ids, h.adopted_position, h.adopted_at, h.adopted_by,
    r.position, r.recorded_at, r.actor, r.type,
    null, null, null, null
from held as h
cross join restore as r
where not exists (
    select from role_templates as n
    where n.role_id = h.role_id and n.adopted_position = h.adopted_position
        and n.until_position is null
);
