-- Events at positions from $1 on and below $2 that hold personal text about somebody whose erasure was recorded after them: the
-- first hundred. Earlier releases ask log.kept_after_erasure(), which stays for them: it knows no range.
select distinct e.position
from log.events as erasure
join log.events as e
    on coalesce(log.subject_of(e.type, e.data), e.actor) = erasure.data ->> 'userId'
    and e.personal is not null
    and e.position < erasure.position
where erasure.type = 'log.personal-erased'
    and e.position >= $1 and e.position < $2
order by e.position
limit 100
