-- How every read model stands, and the size of the log, in one snapshot.
select
    s.name, s.version, s.digest, s.mode, s.status,
    case when s.mode = 'inline' then h.size else s.position end as position,
    h.size, s.error, s.error_position, s.updated_at,
    b.position as rebuild_position
from projections.state as s
cross join log.head as h
left join projections.builds as b on b.name = s.name
order by s.name
