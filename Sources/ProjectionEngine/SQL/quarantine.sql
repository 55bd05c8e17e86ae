-- Quarantines a read model at an event that it cannot apply, unless somebody moved it on meanwhile.
--   $1 the read model   $2 the event's position   $3 why
update projections.state
set status = 'quarantined', error = $3, error_position = $2, updated_at = now()
where name = $1 and position = $2
