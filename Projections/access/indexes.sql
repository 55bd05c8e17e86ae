-- Indexes of read model `access` that queries need and apply.sql does not.
-- A rebuild creates them after the rows are in.

create index permissions_by_name on permissions (name, from_position);

create index roles_by_name on roles (branch_id, name, from_position);
create index role_parents_by_parent on role_parents (parent_role_id, from_position);

create index user_roles_by_user on user_roles (user_id, from_position);

-- These cover what holds now, for queries that say `until_at is null`. apply.sql says `until_position is null`, so that
-- the planner cannot take one of these, on a table it has no statistics of, for a look-up by the whole key.
create index role_permissions_by_permission on role_permissions (permission_id) where until_at is null;
create index user_roles_by_branch on user_roles (branch_id) where until_at is null;
create index user_roles_by_expiry on user_roles (expires_at) where expires_at is not null and until_at is null;

-- A restore looks for what opened or closed since a position.
create index permissions_since on permissions (from_position);
create index permissions_ended on permissions (until_position) where until_position is not null;
create index roles_since on roles (from_position);
create index roles_ended on roles (until_position) where until_position is not null;
create index role_permissions_since on role_permissions (from_position);
create index role_permissions_ended on role_permissions (until_position) where until_position is not null;
create index user_roles_since on user_roles (from_position);
create index user_roles_ended on user_roles (until_position) where until_position is not null;
create index role_parents_since on role_parents (from_position);
create index role_parents_ended on role_parents (until_position) where until_position is not null;
create index role_denials_since on role_denials (from_position);
create index role_denials_ended on role_denials (until_position) where until_position is not null;
create index implications_since on implications (from_position);
create index implications_ended on implications (until_position) where until_position is not null;
create index separations_since on separations (from_position);
create index separations_ended on separations (until_position) where until_position is not null;
create index role_requirements_since on role_requirements (from_position);
create index role_requirements_ended on role_requirements (until_position) where until_position is not null;
create index role_templates_since on role_templates (from_position);
create index role_templates_ended on role_templates (until_position) where until_position is not null;
