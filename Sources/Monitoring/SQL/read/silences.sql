-- Until when each rule is silenced: what was said last counts.
select distinct on (s.rule) s.rule, s.until
from logs.silences as s
order by s.rule, s.position desc
