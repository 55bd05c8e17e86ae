-- What was kept after an erasure is asked for by range: a hundred positions before it must not hide those within.

drop function log.kept_after_erasure();

-- Events at positions from `first` on and below `below` that hold personal text about somebody whose erasure was recorded
-- after them: the first hundred.
create function log.kept_after_erasure(first bigint, below bigint) returns table ("position" bigint)
language sql stable as $$
    select distinct e.position
    from log.events as erasure
    join log.events as e
        on coalesce(log.subject_of(e.type, e.data), e.actor) = erasure.data ->> 'userId'
        and e.personal is not null
        and e.position < erasure.position
    where erasure.type = 'log.personal-erased'
        and e.position >= first and e.position < below
    order by e.position
    limit 100
$$;
alter function log.kept_after_erasure(bigint, bigint) owner to daybook_owner;
