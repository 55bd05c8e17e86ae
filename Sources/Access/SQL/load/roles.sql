-- Every role that holds now, with the permissions it grants of itself.
select
    r.role_id, r.branch_id, r.name, r.description, r.parent_role_id, r.template,
    array(
        select p.permission_id
        from access.role_permissions as p
        where p.role_id = r.role_id and p.until_position is null
    ) as permission_ids
from access.roles as r
where r.until_position is null
order by r.role_id
