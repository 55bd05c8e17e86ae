-- How many events there are, and the leaf of the last.
select h.size, (select e.leaf from log.events as e where e.position = h.size - 1)
from log.head as h
