-- Every session that may still count, with the roles that are active in it and the version of its stream.
select
    s.session_id, s.user_id, s.expires_at,
    array(
        select r.role_id
        from identity.session_roles as r
        where r.session_id = s.session_id and r.until_position is null
        order by r.from_position, r.role_id
    ) as role_ids,
    (
        select e.version
        from log.events as e
        where e.stream = ('session-' || s.session_id) collate "default"
        order by e.version desc
        limit 1
    ) as version
from identity.sessions as s
where s.closed_position is null
