-- Settings for this database, or for roles, that change what statements mean or what is durable, a row each: the setting
-- and whom it is for. What Daybook itself relies on it sets for each of its sessions; others who ask the log do not.
select s.name,
    concat_ws(' in ',
        case when c.setrole = 0 then 'all roles' else 'role ' || coalesce(r.rolname, c.setrole::text) end,
        case when c.setdatabase = 0 then 'all databases' else 'this database' end
    ) as place
from pg_db_role_setting as c
left join pg_roles as r on r.oid = c.setrole
left join pg_database as d on d.oid = c.setdatabase
cross join lateral (
    select lower(split_part(setting, '=', 1)) as name, lower(substr(setting, strpos(setting, '=') + 1)) as value
    from unnest(c.setconfig) as setting
) as s
-- Whether it is for somebody who may act as Daybook does.
cross join lateral (
    select case when c.setrole = 0 then true else pg_has_role(c.setrole, 'daybook_writer', 'member') end as acts
) as may
where (c.setdatabase = 0 or d.datname = current_database())
    and case s.name
        when 'session_replication_role' then s.value <> 'origin'
        -- A login may have its own, for its own sessions.
        when 'search_path' then (c.setrole = 0 or r.rolname like 'daybook\_%')
            and replace(s.value, ' ', '') not in ('"$user",public', 'pg_catalog', 'pg_catalog,pg_temp')
        when 'synchronous_commit' then may.acts and s.value in ('off', 'false', 'no', '0')
        when 'row_security' then may.acts and s.value in ('off', 'false', 'no', '0') and not coalesce(r.rolsuper, false)
        when 'default_transaction_isolation' then may.acts and s.value <> 'read committed'
        else false
    end
order by 1, 2
