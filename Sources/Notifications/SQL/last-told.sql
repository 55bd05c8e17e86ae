-- Where the event stands that a rule told something of last. Reminders of fees follow days: their cause is long ago.
select cause.position
from {schema}.notifications as n
join log.events as sent on sent.position = n.sent_position
join log.events as cause on cause.id = sent.causation_id
where n.rule_id is not null and n.sender = 'system'
    and n.rule_id not in ('fee-due-soon', 'fee-overdue')
order by n.sent_position desc
limit 1
