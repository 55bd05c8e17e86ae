-- Messages that can be sent now: of exports that were made.
--   $1 the time   $2 how many at most
select m.mailing_id, m.number, m.export_id, m.recipient, m.attempts, m.asked_by, m.roles, m.asked_position
from exports.mailings as m
join exports.exports as x on x.export_id = m.export_id
where m.outcome in ('due', 'failed') and m.withdrawn_position is null and (m.retry_at is null or m.retry_at <= $1)
    and x.state in ('completed', 'failed', 'cancelled')
order by m.asked_position, m.number
limit $2
