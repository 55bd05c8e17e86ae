-- Fees that are still owed and due between two days, of which a rule has not told yet.
--   $1  the first day, text
--   $2  the last day, text
--   $3  charged before, timestamptz
--   $4  the rule, text
--   $5  only those after this fee, text
--   $6  how many at most, bigint
select
    f.fee_id, f.branch_id, f.student_id, f.kind, f.balance::bigint as balance, f.currency, f.due_on::text as due_on,
    charged.id as cause
from finance.fees as f
join log.events as charged on charged.position = f.created_position
where f.until_position is null and not f.cancelled and f.balance > 0
    and f.due_on between $1::text::date and $2::text::date and f.created_at < $3 and f.fee_id > $5
    and not exists (
        select
        from {schema}.notifications as n
        join log.events as sent on sent.position = n.sent_position
        where n.rule_id = $4 and sent.causation_id = charged.id
    )
order by f.fee_id
limit $6
