-- The kept schema of a read model that is nearest below a moment, held so that it is not dropped meanwhile.
--   $1 the read model   $2 the digest of its SQL   $3 the position of the moment
select schema, position
from projections.snapshots
where name = $1 and digest = $2 and position <= $3
order by position desc
limit 1
for key share
