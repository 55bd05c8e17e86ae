-- Who has a role now, or one that inherits from it, in a branch; one row without a user where the role is there.
--   $1  role, text
--   $2  branch, text; `institution` for all of them
--   $3  now, timestamptz
with recursive seniors as (
    select r.role_id, r.branch_id
    from access.roles as r
    where r.role_id = $1 and r.until_position is null and ($2 = 'institution' or r.branch_id in ($2, 'institution'))
    union
    select p.role_id, s.branch_id
    from seniors as s
    join access.role_parents as p on p.parent_role_id = s.role_id and p.until_position is null
)
select null::text as user_id from seniors where role_id = $1
union all
(
    select distinct r.user_id
    from seniors as s
    join access.user_roles as r on r.role_id = s.role_id and r.until_position is null
        and (r.starts_at is null or r.starts_at <= $3) and (r.expires_at is null or r.expires_at > $3)
        and ($2 = 'institution' or r.branch_id = $2)
    order by r.user_id
)
