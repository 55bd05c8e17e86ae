-- How many exports of somebody wait or are being made.
--   $1 whose
select count(*) from exports.exports as x where x.owner_id = $1 and x.state in ('queued', 'running', 'waiting')
