-- Where it stands that an export was begun last.
--   $1 its stream
select max(e.position) from log.events as e where e.stream = $1 and e.type = 'exports.started'
