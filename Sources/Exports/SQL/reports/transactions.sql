-- Every movement of money in the first so many events.
--   {size}  how many events
--   {zone}  the time zone whose days they are
select
    t.transaction_id, t.branch_id, t.from_position as position, t.created_at as recorded_at, t.occurred_at,
    (t.occurred_at at time zone {zone})::date as day, t.kind, t.student_id, t.user_id, t.fee_id, t.payment_id, t.currency,
    t.amount
from finance.transactions as t
where t.from_position < {size}
