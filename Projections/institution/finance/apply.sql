-- Applies the events at positions $from to $to, both included, to read model `finance`.
--
-- One pattern, once per table. The events of the range that say something of a thing are its marks, in order; what held
-- before the range is a mark, too. Each mark ends the one before it; sums go on from what held. What comes before a fee
-- was charged, or a payment made, belongs to nothing. So the tables come out the same however the log is cut.

-- Fees. What a payment or refund allocates to the same fee in several parts is one mark.
with marks as materialized (
    select fee_id, branch_id, true as founds, student_id, course_id, kind, amount, currency, due_on, note,
        0::numeric as waived, 0::numeric as paid, false as cancelled,
        coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_fee_charged
    where position between $from and $to
    union all
    select fee_id, null, false, null, null, null, null, null, null, null, amount, 0, false,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, null, null, null, false
    from log.institution_fee_waived
    where position between $from and $to
    union all
    select fee_id, null, false, null, null, null, null, null, null, null, 0, 0, true,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, null, null, null, false
    from log.institution_fee_cancelled
    where position between $from and $to
    union all
    select a.fee_id, null, false, null, null, null, null, null, null, null, 0, a.amount, false,
        coalesce(p.occurred_at, p.recorded_at), p.position, p.recorded_at, p.actor, null, null, null, false
    from log.institution_payment_processed as p
    cross join lateral (
        select "feeId" as fee_id, sum(amount) as amount
        from json_to_recordset(p.allocations) as ("feeId" text, amount bigint)
        group by "feeId"
    ) as a
    where p.position between $from and $to
    union all
    select a.fee_id, null, false, null, null, null, null, null, null, null, 0, -a.amount, false,
        coalesce(p.occurred_at, p.recorded_at), p.position, p.recorded_at, p.actor, null, null, null, false
    from log.institution_payment_refunded as p
    cross join lateral (
        select "feeId" as fee_id, sum(amount) as amount
        from json_to_recordset(p.allocations) as ("feeId" text, amount bigint)
        group by "feeId"
    ) as a
    where p.position between $from and $to
), stored as (
    select t.fee_id, branch_id, true, student_id, course_id, kind, amount, currency, due_on, note,
        waived, paid, cancelled, occurred_at, from_position, from_at, from_by,
        created_position, created_at, created_by, true
    from (select distinct fee_id from marks) as t
    cross join lateral (
        select * from fees as held
        where held.fee_id = t.fee_id and held.until_position is null
        limit 1
    ) as held
), lives as (
    select *, count(*) filter (where founds) over (partition by fee_id order by position) as life
    from (select * from marks union all select * from stored) as every_mark
), timeline as materialized (
    select fee_id, first_value(branch_id) over life as branch_id, first_value(student_id) over life as student_id,
        first_value(course_id) over life as course_id, first_value(kind) over life as kind,
        first_value(amount) over life as amount, first_value(currency) over life as currency,
        first_value(due_on) over life as due_on, first_value(note) over life as note,
        sum(waived) over life as waived, sum(paid) over life as paid, bool_or(cancelled) over life as cancelled,
        first_value(created_position) over life as created_position,
        first_value(created_at) over life as created_at, first_value(created_by) over life as created_by,
        occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from lives
    where life > 0
    window key as (partition by fee_id order by position),
        life as (partition by fee_id, life order by position)
), ended as (
    update fees as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.fee_id = t.fee_id and m.from_position = t.position
)
insert into fees
select fee_id, branch_id, student_id, course_id, kind, amount, currency, due_on, note, waived, paid, cancelled,
    case when cancelled then -paid else amount - waived - paid end,
    case
        when cancelled then 'cancelled'
        when waived + paid >= amount then 'settled'
        when waived + paid > 0 then 'partly-settled'
        else 'open'
    end,
    created_position, created_at, created_by, occurred_at, position, recorded_at, actor, next_position
from timeline
where not stored;

-- Payments.
with marks as materialized (
    select payment_id, branch_id, true as founds, user_id, student_id, amount, currency, method,
        null::text as failed, allocations, payer_name, note, 0::numeric as refunded,
        coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_payment_processed
    where position between $from and $to
    union all
    select payment_id, branch_id, true, user_id, student_id, amount, currency, method, reason, null, null, null, 0,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_payment_failed
    where position between $from and $to
    union all
    select payment_id, null, false, null, null, null, null, null, null, null, null, null, amount,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, null, null, null, false
    from log.institution_payment_refunded
    where position between $from and $to
), stored as (
    select t.payment_id, branch_id, true, user_id, student_id, amount, currency, method, failed, allocations,
        payer_name, note, refunded, occurred_at, from_position, from_at, from_by,
        created_position, created_at, created_by, true
    from (select distinct payment_id from marks) as t
    cross join lateral (
        select * from payments as held
        where held.payment_id = t.payment_id and held.until_position is null
        limit 1
    ) as held
), lives as (
    select *, count(*) filter (where founds) over (partition by payment_id order by position) as life
    from (select * from marks union all select * from stored) as every_mark
), timeline as materialized (
    select payment_id, first_value(branch_id) over life as branch_id, first_value(user_id) over life as user_id,
        first_value(student_id) over life as student_id, first_value(amount) over life as amount,
        first_value(currency) over life as currency, first_value(method) over life as method,
        first_value(failed) over life as failed, first_value(allocations) over life as allocations,
        first_value(payer_name) over life as payer_name, first_value(note) over life as note,
        sum(refunded) over life as refunded,
        first_value(created_position) over life as created_position,
        first_value(created_at) over life as created_at, first_value(created_by) over life as created_by,
        occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from lives
    where life > 0
    window key as (partition by payment_id order by position),
        life as (partition by payment_id, life order by position)
), ended as (
    update payments as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.payment_id = t.payment_id and m.from_position = t.position
)
insert into payments
select payment_id, branch_id, user_id, student_id, amount, currency, method, failed, allocations, payer_name, note,
    refunded,
    case
        when failed is not null then 'failed'
        when refunded >= amount then 'refunded'
        when refunded > 0 then 'partly-refunded'
        else 'received'
    end,
    created_position, created_at, created_by, occurred_at, position, recorded_at, actor, next_position
from timeline
where not stored;

-- Movements of money. A cancellation takes away what the fee still came to: what the row says that it ended.
insert into transactions
select m.id::text, m.branch_id, m.kind, m.student_id, m.user_id, m.fee_id, m.payment_id, m.amount, m.currency,
    m.position, m.recorded_at, m.actor, coalesce(m.occurred_at, m.recorded_at), m.position, m.recorded_at, m.actor, null
from (
    select id, branch_id, 'fee' as kind, student_id, null as user_id, fee_id, null as payment_id,
        amount::numeric as amount, currency, occurred_at, position, recorded_at, actor
    from log.institution_fee_charged
    where position between $from and $to
    union all
    select id, branch_id, 'waiver', student_id, null, fee_id, null, -amount, currency, occurred_at,
        position, recorded_at, actor
    from log.institution_fee_waived
    where position between $from and $to
    union all
    select c.id, c.branch_id, 'cancellation', c.student_id, null, c.fee_id, null, f.waived - f.amount, f.currency,
        c.occurred_at, c.position, c.recorded_at, c.actor
    from log.institution_fee_cancelled as c
    cross join lateral (
        select * from fees as held
        where held.fee_id = c.fee_id and held.until_position = c.position and not held.cancelled
        limit 1
    ) as f
    where c.position between $from and $to
    union all
    select id, branch_id, 'payment', student_id, user_id, null, payment_id, -amount, currency, occurred_at,
        position, recorded_at, actor
    from log.institution_payment_processed
    where position between $from and $to
    union all
    select r.id, r.branch_id, 'refund', p.student_id, r.user_id, null, r.payment_id, r.amount, r.currency,
        r.occurred_at, r.position, r.recorded_at, r.actor
    from log.institution_payment_refunded as r
    left join lateral (
        select student_id from payments as held
        where held.payment_id = r.payment_id and held.from_position = r.position
        limit 1
    ) as p on true
    where r.position between $from and $to
) as m;

-- What was erased from the log is erased here.
update fees as m
set note = null
from log.log_personal_erased as e
where e.position between $from and $to
    and m.student_id = e.user_id and m.created_position < e.position and m.note is not null;

update payments as m
set payer_name = null, note = null
from log.log_personal_erased as e
where e.position between $from and $to
    and m.user_id = e.user_id and m.created_position < e.position
    and (m.payer_name is not null or m.note is not null);
