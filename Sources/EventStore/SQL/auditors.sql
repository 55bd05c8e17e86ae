-- What auditors may read (see 016-auditors.sql), and their views over the log. Run after every other file but the grants:
-- it covers views made since.

-- The branches in which the login has a permission, as Daybook itself would decide now; the empty string, which no branch
-- is called, stands for the institution as a whole, and so for everything.
--
-- The login is `session_user`, which no setting and no `set role` changes. Access is looked up when it is asked: read
-- model `access` is exchanged when it is rebuilt. Where it is missing the question fails.
create or replace function auditor.reach(permission text) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    everywhere constant text[] := array[''];
    found text[];
begin
    with recursive known as (
        select p.permission_id, p.name, p.resource, p.action,
            array_position(array['read', 'write', 'manage'], p.action::text) as rank
        from access.permissions as p
        where p.until_position is null
    ), implied as (
        select i.permission_id, i.implied_permission_id from access.implications as i where i.until_position is null
    ), entailing as (
        -- The permissions with which this one is granted.
        select k.* from known as k where k.name = permission
        union
        select k.*
        from entailing as m
        join known as k
            on (
                (k.resource = m.resource or starts_with(m.resource, k.resource || '.'))
                and (k.action = m.action or k.rank > m.rank)
            )
            or exists (
                select from implied as i
                where i.permission_id = k.permission_id and i.implied_permission_id = m.permission_id
            )
    ), refusing as (
        -- The permissions with which this one is denied.
        select k.* from known as k where k.name = permission
        union
        select k.*
        from refusing as m
        join known as k
            on (
                (k.resource = m.resource or starts_with(m.resource, k.resource || '.'))
                and (k.action = m.action or k.rank < m.rank)
            )
            or exists (
                select from implied as i
                where i.permission_id = m.permission_id and i.implied_permission_id = k.permission_id
            )
    ), assigned as (
        select distinct u.role_id, u.branch_id
        from access.user_roles as u
        where u.user_id = session_user::text and u.until_position is null
            and (u.starts_at is null or u.starts_at <= clock_timestamp())
            and (u.expires_at is null or u.expires_at > clock_timestamp())
    ), lineage as (
        select distinct a.role_id, a.role_id as ancestor_id from assigned as a
        union
        select l.role_id, p.parent_role_id
        from lineage as l
        join access.role_parents as p on p.role_id = l.ancestor_id and p.until_position is null
    ), granting as (
        select distinct l.role_id
        from lineage as l
        join access.role_permissions as g on g.role_id = l.ancestor_id and g.until_position is null
        where g.permission_id in (select permission_id from entailing)
    ), denying as (
        select distinct l.role_id
        from lineage as l
        join access.role_denials as d on d.role_id = l.ancestor_id and d.until_position is null
        where d.permission_id in (select permission_id from refusing)
    ), duties as (
        -- Roles that do not count beside others, since duties are kept separate.
        select l.role_id, s.separation_id, s.cardinality, l.ancestor_id
        from lineage as l
        join access.separations as s
            on s.kind = 'dynamic' and s.until_position is null and l.ancestor_id = any(s.role_ids)
    ), places as (
        select 'institution' as branch_id
        union
        select a.branch_id from assigned as a
        union
        select r.branch_id from access.roles as r
        union
        select u.branch_id from access.user_roles as u
    ), separated as (
        select p.branch_id, d.separation_id
        from places as p
        join assigned as a on a.branch_id in ('institution', p.branch_id)
        join duties as d on d.role_id = a.role_id
        group by p.branch_id, d.separation_id, d.cardinality
        having count(distinct d.ancestor_id) >= d.cardinality
    ), allowed as (
        select p.branch_id
        from places as p
        where exists (
            select from assigned as a
            join granting as g on g.role_id = a.role_id
            where a.branch_id in ('institution', p.branch_id)
                -- What was assigned for a branch takes nothing from what was assigned for the institution.
                and not exists (
                    select from separated as s
                    join duties as d on d.separation_id = s.separation_id and d.role_id = a.role_id
                    where s.branch_id = a.branch_id or (a.branch_id <> 'institution' and s.branch_id = p.branch_id)
                )
                and not exists (
                    select from assigned as o
                    join denying as d on d.role_id = o.role_id
                    where o.branch_id = 'institution'
                        or (o.branch_id = p.branch_id and a.branch_id <> 'institution')
                )
        )
    )
    select
        case
            when exists (select from allowed as a where a.branch_id = 'institution') then everywhere
            else array(select a.branch_id from allowed as a where a.branch_id <> 'institution')
        end
    into strict found;
    return found;
end
$$;

-- The roles, former ones too, that belong where the login may read the history.
create or replace function auditor.roles() returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    reach constant text[] := auditor.reach('audit.events:read');
begin
    return array(select distinct r.role_id from access.roles as r where array[r.branch_id, ''] && reach);
end
$$;

alter function auditor.reach(text) owner to daybook_reader;
alter function auditor.roles() owner to daybook_reader;
revoke execute on function auditor.reach(text), auditor.roles() from public;
grant execute on function auditor.reach(text), auditor.roles() to daybook_auditor, daybook_writer;

drop schema if exists auditor_log cascade;
create schema auditor_log authorization daybook_owner;
grant usage on schema auditor_log to daybook_auditor;

-- The log has no policy of its own: PostgreSQL copies into no table that has one. Auditors have no right to it, but to this
-- view, behind which nothing of other rows is told, and to the typed views over it.
create view auditor_log.events with (security_barrier) as
select
    e.position, e.recorded_at, e.stream, e.version, e.id, e.type, e.schema_version, e.branch, e.actor,
    e.correlation_id, e.causation_id,
    -- Digests of tokens, and of the secrets of sessions, are for nobody to read.
    case
        when e.type in ('identity.token-issued', 'identity.session-started', 'identity.provider-session-started')
            then (e.data::jsonb - 'digest')::json
        else e.data
    end as data,
    case when array[e.branch, ''] && (select auditor.reach('log.personal:read')) then e.personal end as personal,
    e.leaf, e.data_digest, e.personal_digest
from log.events as e
where array[e.branch, ''] && (select auditor.reach('audit.events:read'));

alter view auditor_log.events owner to daybook_owner;

do $$
declare
    before constant text := current_setting('search_path');
    typed record;
    definition text;
begin
    -- So that every name in a definition comes with its schema.
    perform set_config('search_path', 'pg_catalog', true);
    for typed in
        select c.oid, c.relname as name from pg_class as c
        where c.relnamespace = 'log'::regnamespace and c.relkind = 'v'
        order by c.relname
    loop
        definition := replace(pg_get_viewdef(typed.oid), ' log.events ', ' auditor_log.events ');
        definition := replace(definition, '(log.events ', '(auditor_log.events ');
        if definition ~ '[ (]log\.' then
            raise exception 'the view log.% reads more than log.events, which auditors may not', typed.name;
        end if;
        execute format('create view auditor_log.%I as %s', typed.name, definition);
        execute format('alter view auditor_log.%I owner to daybook_owner', typed.name);
    end loop;
    perform set_config('search_path', before, true);
end
$$;

grant select on all tables in schema auditor_log to daybook_auditor;
