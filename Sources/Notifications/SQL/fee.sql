-- How a fee stands now.
--   $1  fee, text
select f.branch_id, f.student_id, f.kind, f.amount, f.currency, f.balance::bigint as balance, f.cancelled
from finance.fees as f
where f.fee_id = $1 and f.until_position is null
