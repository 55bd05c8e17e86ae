-- Applies the events at positions $from to $to, both included, to read model `exports`.
--
-- An export is asked for before anything else is said of it. Of what can be said again, the last counts, whichever way
-- the log is cut.

insert into exports (
    export_id, branch_id, owner_id, report, format, columns, filters, personal_filters, words, sort, locale, zone, bom,
    file_name, roles, personal_filter_count, as_of_size, batch_id, schedule_id, not_before, keep_days, requested_position,
    requested_at, requested_by, state, state_position, state_at, attempt, interruptions, downloads)
select distinct on (export_id)
    export_id, branch_id, owner_id, report, format, columns, filters, personal_filters, words, sort, locale, zone, bom,
    file_name, role_ids, coalesce(personal_filter_count, 0), size, batch_id, schedule_id, not_before, keep_days, position,
    recorded_at, actor, 'queued', position, recorded_at, 0, 0, 0
from log.exports_requested
where position between $from and $to
order by export_id, position
on conflict do nothing;

-- How each stands: what was said of it last.
update exports as x
set state = s.state, state_position = s.position, state_at = s.recorded_at, rows = s.rows, total = s.total,
    retry_at = s.retry_at, cause = s.cause, failure = s.failure, cancel_reason = s.cancel_reason
from (
    select distinct on (export_id) *
    from (
        select export_id, position, recorded_at, 'running' as state, 0::bigint as rows, null::bigint as total,
            null::timestamptz as retry_at, null::text as cause, null::text as failure, null::text as cancel_reason
        from log.exports_started where position between $from and $to
        union all
        select export_id, position, recorded_at, 'running', rows, total, null, null, null, null
        from log.exports_progressed where position between $from and $to
        union all
        select export_id, position, recorded_at, 'completed', rows, rows, null, null, null, null
        from log.exports_completed where position between $from and $to
        union all
        select export_id, position, recorded_at, case when retry_at is null then 'failed' else 'waiting' end, null, null,
            retry_at, cause, reason, null
        from log.exports_failed where position between $from and $to
        union all
        select export_id, position, recorded_at, 'cancelled', null, null, null, null, null, reason
        from log.exports_cancelled where position between $from and $to
    ) as said
    order by export_id, position desc
) as s
where x.export_id = s.export_id and x.state_position < s.position;

update exports as x
set attempt = s.attempt, size = s.size
from (
    select distinct on (export_id) * from log.exports_started
    where position between $from and $to
    order by export_id, position desc
) as s
where x.export_id = s.export_id and x.requested_position < s.position;

update exports as x
set interruptions = x.interruptions + f.count
from (
    select f.export_id, count(*) as count
    from log.exports_failed as f
    join exports as x on x.export_id = f.export_id and x.requested_position < f.position
    where f.position between $from and $to and f.cause = 'interrupted'
    group by f.export_id
) as f
where x.export_id = f.export_id;

update exports as x
set sha256 = c.sha256, bytes = c.bytes, pages = c.pages, root_hash = c.root_hash,
    parameters_sha256 = c.parameters_sha256, milliseconds = c.milliseconds,
    permissions = c.permissions, branches = c.branches,
    holds_personal = c.holds_personal, personal_branches = c.personal_branches, expires_at = c.expires_at,
    completed_position = c.position, completed_at = c.recorded_at, size = c.size
from (
    select distinct on (export_id) * from log.exports_completed
    where position between $from and $to
    order by export_id, position desc
) as c
where x.export_id = c.export_id and x.requested_position < c.position;

update exports as x
set downloads = x.downloads + d.count, downloaded_at = d.last_at
from (
    -- The parts of a file after its first belong to the same taking away; that some of it was taken, any part tells.
    select d.export_id, count(*) filter (where d."offset" is null) as count, max(d.recorded_at) as last_at
    from log.exports_downloaded as d
    join exports as x on x.export_id = d.export_id and x.requested_position < d.position
    where d.position between $from and $to
    group by d.export_id
) as d
where x.export_id = d.export_id;

update exports as x
set deleted_position = d.position, deleted_at = d.recorded_at, deleted_by = d.actor, deleted_cause = d.cause
from (
    select distinct on (export_id) * from log.exports_deleted
    where position between $from and $to
    order by export_id, position
) as d
where x.export_id = d.export_id and x.deleted_position is null and x.requested_position < d.position;

insert into batches
select distinct on (batch_id) batch_id, owner_id, count, not_before, position, recorded_at
from log.exports_batch_requested
where position between $from and $to
order by batch_id, position
on conflict do nothing;

insert into mailings (
    mailing_id, number, export_id, recipient, outcome, attempts, asked_by, roles, asked_position, changed_position,
    changed_at)
select distinct on (m.mailing_id, n.number)
    m.mailing_id, n.number, m.export_id, m.recipients[n.number + 1], 'due', 0, m.sender_id, m.role_ids, m.position,
    m.position, m.recorded_at
from log.exports_mail_requested as m
cross join lateral generate_series(0, m.count::integer - 1) as n (number)
where m.position between $from and $to
order by m.mailing_id, n.number, m.position
on conflict do nothing;

update mailings as m
set outcome = s.outcome, way = s.way, attempts = s.attempt, failure = s.reason, retry_at = s.retry_at,
    changed_position = s.position, changed_at = s.recorded_at
from (
    select distinct on (mailing_id, number) *
    from log.exports_mailed
    where position between $from and $to
    order by mailing_id, number, position desc
) as s
where m.mailing_id = s.mailing_id and m.number = s.number and m.changed_position < s.position;

update mailings as m
set withdrawn_position = w.position
from (
    select distinct on (mailing_id) * from log.exports_mail_withdrawn
    where position between $from and $to
    order by mailing_id, position
) as w
where m.mailing_id = w.mailing_id and m.withdrawn_position is null and m.asked_position < w.position;

insert into schedules (
    schedule_id, branch_id, owner_id, report, format, columns, filters, personal_filters, words, recipients, sort, locale,
    zone, bom, file_name, roles, frequency, "time", weekday, day, cron, period, keep_days, position, scheduled_at, scheduled_by)
select distinct on (schedule_id)
    schedule_id, branch_id, owner_id, report, format, columns, filters, personal_filters, words, array_to_json(recipients),
    sort, locale, zone, bom, file_name, role_ids, frequency, "time", weekday, day, cron, period, keep_days, position,
    recorded_at, actor
from log.exports_scheduled
where position between $from and $to
order by schedule_id, position desc
on conflict (schedule_id) do update
set branch_id = excluded.branch_id, owner_id = excluded.owner_id, report = excluded.report, format = excluded.format,
    columns = excluded.columns, filters = excluded.filters, personal_filters = excluded.personal_filters,
    words = excluded.words, recipients = excluded.recipients, sort = excluded.sort, locale = excluded.locale,
    zone = excluded.zone, bom = excluded.bom, file_name = excluded.file_name, roles = excluded.roles, frequency = excluded.frequency, "time" = excluded."time",
    weekday = excluded.weekday, day = excluded.day, cron = excluded.cron, period = excluded.period,
    keep_days = excluded.keep_days, position = excluded.position, scheduled_at = excluded.scheduled_at,
    scheduled_by = excluded.scheduled_by, cancelled_position = null;

update schedules as s
set cancelled_position = c.position
from (
    select distinct on (schedule_id) * from log.exports_schedule_cancelled
    where position between $from and $to
    order by schedule_id, position desc
) as c
where s.schedule_id = c.schedule_id and s.position < c.position;

-- Kept when a schedule is set anew: what it made before it does not make again.
update schedules as s
set last_due_at = r.due_at, last_skipped = r.skipped
from (
    select distinct on (schedule_id) *
    from (
        select schedule_id, position, due_at, null::text as skipped
        from log.exports_schedule_run where position between $from and $to
        union all
        select schedule_id, position, due_at, cause
        from log.exports_schedule_skipped where position between $from and $to
    ) as said
    order by schedule_id, position desc
) as r
where s.schedule_id = r.schedule_id;

update schedules as s
set last_export_id = r.export_id
from (
    select distinct on (schedule_id) * from log.exports_schedule_run
    where position between $from and $to
    order by schedule_id, position desc
) as r
where s.schedule_id = r.schedule_id;

-- What was erased in the log is gone here too: those it was said of are found by their events, which hold no words now.
update exports as x
set personal_filters = null, words = null, file_name = null
from log.exports_requested as r
where (x.personal_filters is not null or x.words is not null or x.file_name is not null)
    and r.position = x.requested_position and r.personal_filters is null and r.words is null and r.file_name is null
    and exists (select from log.log_personal_erased as e where e.position between $from and $to);

update exports as x
set cancel_reason = null
from log.exports_cancelled as c
where x.cancel_reason is not null and c.position = x.state_position and c.reason is null
    and exists (select from log.log_personal_erased as e where e.position between $from and $to);

update mailings as m
set recipient = null
from log.exports_mail_requested as r
where m.recipient is not null and r.position = m.asked_position and r.recipients is null
    and exists (select from log.log_personal_erased as e where e.position between $from and $to);

update schedules as s
set personal_filters = null, words = null, recipients = null, file_name = null
from log.exports_scheduled as r
where (s.personal_filters is not null or s.words is not null or s.recipients is not null or s.file_name is not null)
    and r.position = s.position and r.personal_filters is null and r.words is null and r.recipients is null
    and r.file_name is null
    and exists (select from log.log_personal_erased as e where e.position between $from and $to);
