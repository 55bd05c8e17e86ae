-- Lets a quarantined read model try again.
--   $1 the read model
update projections.state
set status = 'running', error = null, error_position = null, updated_at = now()
where name = $1 and status = 'quarantined'
