-- Applies the events at positions $from to $to, both included, to read model `searches`.

insert into searches
select search_id, owner_id, position, null::bigint, recorded_at, name, filter, as_of_position, as_of_time, has_text, text
from (
    select search_id, owner_id, position, recorded_at, name, filter, as_of_position, as_of_time, has_text, text
    from log.audit_search_saved
    where position between $from and $to
    union all
    select search_id, owner_id, position, recorded_at, name, filter, as_of_position, as_of_time, has_text, text
    from log.audit_search_changed
    where position between $from and $to
) as said;

-- Each is so until the next is said of the same search.
update searches as s
set until_position = n.position
from (
    select s.search_id, s.from_position, min(said.position) as position
    from (
        select search_id, position from log.audit_search_changed where position between $from and $to
        union all
        select search_id, position from log.audit_search_removed where position between $from and $to
    ) as said
    join searches as s
        on s.search_id = said.search_id and s.until_position is null and s.from_position < said.position
    group by s.search_id, s.from_position
) as n
where s.search_id = n.search_id and s.from_position = n.from_position;

-- What was erased from the log is erased here.
update searches as s
set name = null, words = null
from log.log_personal_erased as e
where e.position between $from and $to and s.owner_id = e.user_id and s.from_position < e.position;
