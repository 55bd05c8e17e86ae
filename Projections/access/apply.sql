-- Applies the events at positions $from to $to, both included, to read model `access`.
--
-- One pattern, once per table. The events of the range that touch a thing are its marks, in order. A mark ends the
-- interval before it; some marks open the next one. What was open before the range is ended by the first mark of its
-- key, and every new interval by the next mark after it, so the tables come out the same however the log is cut.
-- A mark for a thing that does not exist at that moment opens nothing: what was never granted is never held.
-- Ranges never span a restore; see rewind.sql.
--
-- The tables are looked up by key, one probe a mark (`limit 1` keeps the planner from turning that round), so the cost
-- follows the size of the range and not of the tables. A statement runs only if one of its types occurs.

-- Permissions: created, then described anew.
if occurring_types && array['rbac.permission-created', 'rbac.permission-updated'] then
with marks as materialized (
    select position, recorded_at, actor, 'rbac.permission-created' as type, permission_id,
        name, resource, action, description, true as founds,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.rbac_permission_created
    where position between $from and $to
    union all
    select position, recorded_at, actor, 'rbac.permission-updated', permission_id,
        null, null, null, description, false,
        null, null, null, false
    from log.rbac_permission_updated
    where position between $from and $to
), stored as (
    select from_position, from_at, from_by, from_type, held.permission_id,
        name, resource, action, description, true,
        created_position, created_at, created_by, true
    from (select distinct permission_id from marks) as touched
    cross join lateral (
        select * from permissions as p where p.permission_id = touched.permission_id and p.until_position is null limit 1
    ) as held
), lives as (
    select *, count(*) filter (where founds) over (partition by permission_id order by position) as life
    from (select * from marks union all select * from stored) as every_mark
), timeline as materialized (
    select position, recorded_at, actor, type, permission_id, description, stored,
        first_value(name) over life as name,
        first_value(resource) over life as resource,
        first_value(action) over life as action,
        first_value(created_position) over life as created_position,
        first_value(created_at) over life as created_at,
        first_value(created_by) over life as created_by,
        lead(position) over key as next_position,
        lead(recorded_at) over key as next_at,
        lead(actor) over key as next_by,
        lead(type) over key as next_type
    from lives
    where life > 0
    window key as (partition by permission_id order by position),
        life as (partition by permission_id, life order by position)
), ended as (
    update permissions as p
    set until_position = t.next_position, until_at = t.next_at, until_by = t.next_by, until_type = t.next_type
    from timeline as t
    where t.stored and t.next_position is not null
        and p.permission_id = t.permission_id and p.from_position = t.position
)
insert into permissions
select permission_id, name, resource, action, description,
    created_position, created_at, created_by,
    position, recorded_at, actor,
    position, recorded_at, actor, type,
    next_position, next_at, next_by, next_type
from timeline
where not stored;
end if;

-- Roles: defined, changed in part, deleted.
if occurring_types && array['rbac.role-defined', 'rbac.role-updated', 'rbac.role-deleted'] then
with marks as materialized (
    select position, recorded_at, actor, 'rbac.role-defined' as type, role_id,
        branch_id, name, description, coalesce(template, false) as template,
        true as sets_name, true as sets_description, true as turns, true as lives,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.rbac_role_defined
    where position between $from and $to
    union all
    select position, recorded_at, actor, 'rbac.role-updated', role_id,
        null, name, description, null,
        name is not null, description is not null, false, true,
        null, null, null, false
    from log.rbac_role_updated
    where position between $from and $to
    union all
    select position, recorded_at, actor, 'rbac.role-deleted', role_id,
        null, null, null, null,
        true, true, true, false,
        null, null, null, false
    from log.rbac_role_deleted
    where position between $from and $to
), stored as (
    select from_position, from_at, from_by, from_type, held.role_id,
        branch_id, name, description, template,
        true, true, true, true,
        created_position, created_at, created_by, true
    from (select distinct role_id from marks) as touched
    cross join lateral (
        select * from roles as r where r.role_id = touched.role_id and r.until_position is null limit 1
    ) as held
), groups as (
    select *,
        count(*) filter (where turns) over key as life,
        count(*) filter (where sets_name) over key as name_group,
        count(*) filter (where sets_description) over key as description_group
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by role_id order by position)
), timeline as materialized (
    select position, recorded_at, actor, type, role_id, stored, life,
        first_value(lives) over life as lives,
        first_value(branch_id) over life as branch_id,
        first_value(template) over life as template,
        first_value(name) over (partition by role_id, name_group order by position) as name,
        first_value(description) over (partition by role_id, description_group order by position) as description,
        first_value(created_position) over life as created_position,
        first_value(created_at) over life as created_at,
        first_value(created_by) over life as created_by,
        lead(position) over key as next_position,
        lead(recorded_at) over key as next_at,
        lead(actor) over key as next_by,
        lead(type) over key as next_type
    from groups
    window key as (partition by role_id order by position),
        life as (partition by role_id, life order by position)
), ended as (
    update roles as r
    set until_position = t.next_position, until_at = t.next_at, until_by = t.next_by, until_type = t.next_type
    from timeline as t
    where t.stored and t.next_position is not null
        and r.role_id = t.role_id and r.from_position = t.position
)
insert into roles
select role_id, branch_id, name, description, template,
    created_position, created_at, created_by,
    position, recorded_at, actor,
    position, recorded_at, actor, type,
    next_position, next_at, next_by, next_type
from timeline
where not stored and lives and life > 0;
end if;

-- The permissions of a role: given with its definition or one by one, taken one by one or with the role.
if occurring_types && array[
    'rbac.role-defined', 'rbac.role-deleted', 'rbac.permission-assigned', 'rbac.permission-revoked'
] then
with grants as materialized (
    select position, recorded_at, actor, 'rbac.role-defined' as type, role_id, permission_id
    from log.rbac_role_defined
    cross join lateral (select distinct unnest(permission_ids) as permission_id) as given
    where position between $from and $to
    union all
    select position, recorded_at, actor, 'rbac.permission-assigned', role_id, permission_id
    from log.rbac_permission_assigned
    where position between $from and $to
), deletions as materialized (
    select position, recorded_at, actor, role_id
    from log.rbac_role_deleted
    where position between $from and $to
), marks as (
    select position, recorded_at, actor, type, role_id, permission_id, true as opens
    from grants
    union all
    select position, recorded_at, actor, 'rbac.permission-revoked', role_id, permission_id, false
    from log.rbac_permission_revoked
    where position between $from and $to
    union all
    select d.position, d.recorded_at, d.actor, 'rbac.role-deleted', d.role_id, held.permission_id, false
    from deletions as d
    join (
        select touched.role_id, open.permission_id
        from (select distinct role_id from deletions) as touched
        join role_permissions as open on open.role_id = touched.role_id and open.until_position is null
        union
        select role_id, permission_id from grants
    ) as held on held.role_id = d.role_id
), timeline as materialized (
    select *,
        row_number() over key as nth,
        lead(position) over key as next_position,
        lead(recorded_at) over key as next_at,
        lead(actor) over key as next_by,
        lead(type) over key as next_type
    from marks
    window key as (partition by role_id collate "C", permission_id collate "C" order by position)
), ended as (
    update role_permissions as g
    set until_position = t.position, until_at = t.recorded_at, until_by = t.actor, until_type = t.type
    from timeline as t
    where t.nth = 1
        and g.role_id = t.role_id and g.permission_id = t.permission_id and g.until_position is null
)
insert into role_permissions
select role_id, permission_id,
    position, recorded_at, actor,
    position, recorded_at, actor, type,
    next_position, next_at, next_by, next_type
from timeline as t
where opens
    and (
        select coalesce(r.until_position > t.position, true)
        from roles as r
        where r.role_id = t.role_id and r.from_position <= t.position
        order by r.from_position desc
        limit 1
    )
    and (
        select coalesce(p.until_position > t.position, true)
        from permissions as p
        where p.permission_id = t.permission_id and p.from_position <= t.position
        order by p.from_position desc
        limit 1
    );
end if;

-- The roles of a user: assigned, renewed (another end, another grantor), expired, removed, or gone with the role.
if occurring_types && array[
    'rbac.role-assigned', 'rbac.role-renewed', 'rbac.role-expired', 'rbac.role-removed', 'rbac.role-deleted'
] then
with grants as materialized (
    select position, recorded_at, actor, 'rbac.role-assigned' as type,
        user_id, role_id, branch_id, starts_at, expires_at
    from log.rbac_role_assigned
    where position between $from and $to
    union all
    select position, recorded_at, actor, 'rbac.role-renewed', user_id, role_id, branch_id, starts_at, expires_at
    from log.rbac_role_renewed
    where position between $from and $to
), deletions as materialized (
    select position, recorded_at, actor, role_id
    from log.rbac_role_deleted
    where position between $from and $to
), marks as (
    select position, recorded_at, actor, type, user_id, role_id, branch_id, starts_at, expires_at, true as opens
    from grants
    union all
    select position, recorded_at, actor, 'rbac.role-removed', user_id, role_id, branch_id, null, null, false
    from log.rbac_role_removed
    where position between $from and $to
    union all
    select position, recorded_at, actor, 'rbac.role-expired', user_id, role_id, branch_id, null, null, false
    from log.rbac_role_expired
    where position between $from and $to
    union all
    select d.position, d.recorded_at, d.actor, 'rbac.role-deleted', held.user_id, d.role_id, held.branch_id,
        null, null, false
    from deletions as d
    join (
        select touched.role_id, open.user_id, open.branch_id
        from (select distinct role_id from deletions) as touched
        join user_roles as open on open.role_id = touched.role_id and open.until_position is null
        union
        select role_id, user_id, branch_id from grants
    ) as held on held.role_id = d.role_id
), timeline as materialized (
    select *,
        row_number() over key as nth,
        lead(position) over key as next_position,
        lead(recorded_at) over key as next_at,
        lead(actor) over key as next_by,
        lead(type) over key as next_type
    from marks
    window key as (
        partition by user_id collate "C", role_id collate "C", branch_id collate "C" order by position
    )
), ended as (
    update user_roles as g
    set until_position = t.position, until_at = t.recorded_at, until_by = t.actor, until_type = t.type
    from timeline as t
    where t.nth = 1
        and g.user_id = t.user_id and g.role_id = t.role_id and g.branch_id = t.branch_id
        and g.until_position is null
)
insert into user_roles
select user_id, role_id, branch_id,
    position, recorded_at, actor, starts_at, expires_at,
    position, recorded_at, actor, type,
    next_position, next_at, next_by, next_type
from timeline as t
where opens
    and (
        select coalesce(r.until_position > t.position, true)
        from roles as r
        where r.role_id = t.role_id and r.from_position <= t.position
        order by r.from_position desc
        limit 1
    );
end if;

-- The parents of a role: inherited from one by one, or with its definition or, in old logs, its change.
if occurring_types && array[
    'rbac.role-defined', 'rbac.role-updated', 'rbac.role-deleted',
    'rbac.inheritance-added', 'rbac.inheritance-removed'
] then
with grants as materialized (
    select position, recorded_at, actor, 'rbac.role-defined' as type, role_id, parent_role_id
    from log.rbac_role_defined
    where position between $from and $to and parent_role_id is not null
    union all
    select position, recorded_at, actor, 'rbac.role-updated', role_id, parent_role_id
    from log.rbac_role_updated
    where position between $from and $to and parent_role_id is not null
    union all
    select position, recorded_at, actor, 'rbac.inheritance-added', role_id, parent_role_id
    from log.rbac_inheritance_added
    where position between $from and $to
), clearings as materialized (
    -- A change of the parent, as old logs have it, ends all that there were.
    select position, recorded_at, actor, 'rbac.role-updated' as type, role_id
    from log.rbac_role_updated
    where position between $from and $to and (parent_role_id is not null or coalesce(clears_parent, false))
    union all
    select position, recorded_at, actor, 'rbac.role-deleted', role_id
    from log.rbac_role_deleted
    where position between $from and $to
), held as materialized (
    select open.role_id, open.parent_role_id
    from (select distinct role_id from clearings) as touched
    join role_parents as open on open.role_id = touched.role_id and open.until_position is null
    union
    select open.role_id, open.parent_role_id
    from (select distinct role_id from clearings where type = 'rbac.role-deleted') as touched
    join role_parents as open on open.parent_role_id = touched.role_id and open.until_position is null
    union
    select role_id, parent_role_id from grants
), marks as (
    select position, recorded_at, actor, type, role_id, parent_role_id, true as opens
    from grants
    union all
    select position, recorded_at, actor, 'rbac.inheritance-removed', role_id, parent_role_id, false
    from log.rbac_inheritance_removed
    where position between $from and $to
    union all
    select c.position, c.recorded_at, c.actor, c.type, held.role_id, held.parent_role_id, false
    from clearings as c
    join held on held.role_id = c.role_id or (c.type = 'rbac.role-deleted' and held.parent_role_id = c.role_id)
), timeline as materialized (
    select *,
        row_number() over key as nth,
        lead(position) over key as next_position,
        lead(recorded_at) over key as next_at,
        lead(actor) over key as next_by,
        lead(type) over key as next_type
    from marks
    window key as (partition by role_id collate "C", parent_role_id collate "C" order by position, opens)
), ended as (
    update role_parents as g
    set until_position = t.position, until_at = t.recorded_at, until_by = t.actor, until_type = t.type
    from timeline as t
    where t.nth = 1
        and g.role_id = t.role_id and g.parent_role_id = t.parent_role_id and g.until_position is null
)
insert into role_parents
select role_id, parent_role_id,
    position, recorded_at, actor,
    position, recorded_at, actor, type,
    next_position, next_at, next_by, next_type
from timeline as t
where opens
    and (
        select coalesce(r.until_position > t.position, true)
        from roles as r
        where r.role_id = t.role_id and r.from_position <= t.position
        order by r.from_position desc
        limit 1
    )
    and (
        select coalesce(p.until_position > t.position, true)
        from roles as p
        where p.role_id = t.parent_role_id and p.from_position <= t.position
        order by p.from_position desc
        limit 1
    );
end if;

-- What a role denies: denied one by one, lifted one by one or with the role.
if occurring_types && array['rbac.permission-denied', 'rbac.denial-lifted', 'rbac.role-deleted'] then
with grants as materialized (
    select position, recorded_at, actor, role_id, permission_id
    from log.rbac_permission_denied
    where position between $from and $to
), deletions as materialized (
    select position, recorded_at, actor, role_id
    from log.rbac_role_deleted
    where position between $from and $to
), marks as (
    select position, recorded_at, actor, 'rbac.permission-denied' as type, role_id, permission_id, true as opens
    from grants
    union all
    select position, recorded_at, actor, 'rbac.denial-lifted', role_id, permission_id, false
    from log.rbac_denial_lifted
    where position between $from and $to
    union all
    select d.position, d.recorded_at, d.actor, 'rbac.role-deleted', d.role_id, held.permission_id, false
    from deletions as d
    join (
        select touched.role_id, open.permission_id
        from (select distinct role_id from deletions) as touched
        join role_denials as open on open.role_id = touched.role_id and open.until_position is null
        union
        select role_id, permission_id from grants
    ) as held on held.role_id = d.role_id
), timeline as materialized (
    select *,
        row_number() over key as nth,
        lead(position) over key as next_position,
        lead(recorded_at) over key as next_at,
        lead(actor) over key as next_by,
        lead(type) over key as next_type
    from marks
    window key as (partition by role_id collate "C", permission_id collate "C" order by position)
), ended as (
    update role_denials as g
    set until_position = t.position, until_at = t.recorded_at, until_by = t.actor, until_type = t.type
    from timeline as t
    where t.nth = 1
        and g.role_id = t.role_id and g.permission_id = t.permission_id and g.until_position is null
)
insert into role_denials
select role_id, permission_id,
    position, recorded_at, actor,
    position, recorded_at, actor, type,
    next_position, next_at, next_by, next_type
from timeline as t
where opens
    and (
        select coalesce(r.until_position > t.position, true)
        from roles as r
        where r.role_id = t.role_id and r.from_position <= t.position
        order by r.from_position desc
        limit 1
    )
    and (
        select coalesce(p.until_position > t.position, true)
        from permissions as p
        where p.permission_id = t.permission_id and p.from_position <= t.position
        order by p.from_position desc
        limit 1
    );
end if;

-- What permissions imply beside what follows from their names.
if occurring_types && array['rbac.implication-added', 'rbac.implication-removed'] then
with marks as (
    select position, recorded_at, actor, 'rbac.implication-added' as type, permission_id, implied_permission_id, true as opens
    from log.rbac_implication_added
    where position between $from and $to
    union all
    select position, recorded_at, actor, 'rbac.implication-removed', permission_id, implied_permission_id, false
    from log.rbac_implication_removed
    where position between $from and $to
), timeline as materialized (
    select *,
        row_number() over key as nth,
        lead(position) over key as next_position,
        lead(recorded_at) over key as next_at,
        lead(actor) over key as next_by,
        lead(type) over key as next_type
    from marks
    window key as (partition by permission_id collate "C", implied_permission_id collate "C" order by position)
), ended as (
    update implications as g
    set until_position = t.position, until_at = t.recorded_at, until_by = t.actor, until_type = t.type
    from timeline as t
    where t.nth = 1
        and g.permission_id = t.permission_id and g.implied_permission_id = t.implied_permission_id and g.until_position is null
)
insert into implications
select permission_id, implied_permission_id,
    position, recorded_at, actor,
    position, recorded_at, actor, type,
    next_position, next_at, next_by, next_type
from timeline as t
where opens
    and (
        select coalesce(p.until_position > t.position, true)
        from permissions as p
        where p.permission_id = t.permission_id and p.from_position <= t.position
        order by p.from_position desc
        limit 1
    )
    and (
        select coalesce(i.until_position > t.position, true)
        from permissions as i
        where i.permission_id = t.implied_permission_id and i.from_position <= t.position
        order by i.from_position desc
        limit 1
    );
end if;

-- Duties that are kept separate.
if occurring_types && array['rbac.separation-set', 'rbac.separation-deleted'] then
with marks as (
    select position, recorded_at, actor, 'rbac.separation-set' as type, separation_id, kind, name, role_ids, cardinality, true as opens
    from log.rbac_separation_set
    where position between $from and $to
    union all
    select position, recorded_at, actor, 'rbac.separation-deleted', separation_id, null, null, null, null, false
    from log.rbac_separation_deleted
    where position between $from and $to
), timeline as materialized (
    select *,
        row_number() over key as nth,
        lead(position) over key as next_position,
        lead(recorded_at) over key as next_at,
        lead(actor) over key as next_by,
        lead(type) over key as next_type
    from marks
    window key as (partition by separation_id collate "C" order by position)
), ended as (
    update separations as g
    set until_position = t.position, until_at = t.recorded_at, until_by = t.actor, until_type = t.type
    from timeline as t
    where t.nth = 1
        and g.separation_id = t.separation_id and g.until_position is null
)
insert into separations
select separation_id, kind, name, role_ids, cardinality,
    position, recorded_at, actor,
    position, recorded_at, actor, type,
    next_position, next_at, next_by, next_type
from timeline as t
where opens;
end if;

-- What it takes to be given a role.
if occurring_types && array['rbac.role-requirements-set', 'rbac.role-deleted'] then
with grants as materialized (
    select position, recorded_at, actor, role_id, maximum_holders, prerequisite_role_ids
    from log.rbac_role_requirements_set
    where position between $from and $to
), deletions as materialized (
    select position, recorded_at, actor, role_id
    from log.rbac_role_deleted
    where position between $from and $to
), marks as (
    select position, recorded_at, actor, 'rbac.role-requirements-set' as type, role_id, maximum_holders, prerequisite_role_ids, true as opens
    from grants
    union all
    select position, recorded_at, actor, 'rbac.role-deleted', role_id, null, null, false
    from deletions
), timeline as materialized (
    select *,
        row_number() over key as nth,
        lead(position) over key as next_position,
        lead(recorded_at) over key as next_at,
        lead(actor) over key as next_by,
        lead(type) over key as next_type
    from marks
    window key as (partition by role_id collate "C" order by position)
), ended as (
    update role_requirements as g
    set until_position = t.position, until_at = t.recorded_at, until_by = t.actor, until_type = t.type
    from timeline as t
    where t.nth = 1
        and g.role_id = t.role_id and g.until_position is null
)
insert into role_requirements
select role_id, maximum_holders, prerequisite_role_ids,
    position, recorded_at, actor,
    position, recorded_at, actor, type,
    next_position, next_at, next_by, next_type
from timeline as t
where opens
    and (
        select coalesce(r.until_position > t.position, true)
        from roles as r
        where r.role_id = t.role_id and r.from_position <= t.position
        order by r.from_position desc
        limit 1
    );
end if;

-- What the roles that were made from a template took over from it.
if occurring_types && array['rbac.template-adopted', 'rbac.role-deleted'] then
with grants as materialized (
    select position, recorded_at, actor, role_id, template_role_id, permission_ids
    from log.rbac_template_adopted
    where position between $from and $to
), deletions as materialized (
    select position, recorded_at, actor, role_id
    from log.rbac_role_deleted
    where position between $from and $to
), marks as (
    select position, recorded_at, actor, 'rbac.template-adopted' as type, role_id, template_role_id, permission_ids, true as opens
    from grants
    union all
    select position, recorded_at, actor, 'rbac.role-deleted', role_id, null, null, false
    from deletions
), timeline as materialized (
    select *,
        row_number() over key as nth,
        lead(position) over key as next_position,
        lead(recorded_at) over key as next_at,
        lead(actor) over key as next_by,
        lead(type) over key as next_type
    from marks
    window key as (partition by role_id collate "C" order by position)
), ended as (
    update role_templates as g
    set until_position = t.position, until_at = t.recorded_at, until_by = t.actor, until_type = t.type
    from timeline as t
    where t.nth = 1
        and g.role_id = t.role_id and g.until_position is null
)
insert into role_templates
select role_id, template_role_id, permission_ids,
    position, recorded_at, actor,
    position, recorded_at, actor, type,
    next_position, next_at, next_by, next_type
from timeline as t
where opens
    and (
        select coalesce(r.until_position > t.position, true)
        from roles as r
        where r.role_id = t.role_id and r.from_position <= t.position
        order by r.from_position desc
        limit 1
    );
end if;
