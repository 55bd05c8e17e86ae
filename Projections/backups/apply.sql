-- Applies the events at positions $from to $to, both included, to read model `backups`.
--
-- A backup is started before anything else is said of it. Of what can be said of it again, the last counts.

insert into backups (
    backup_id, kind, repository, base_id, from_position, size, schedule_id, description, state, started_position,
    started_at, started_by)
select distinct on (backup_id)
    backup_id, kind, repository, base_id, from_position, size, schedule_id, description, 'running', position,
    recorded_at, actor
from log.backups_started
where position between $from and $to
order by backup_id, position
on conflict do nothing;

update backups as b
set state = 'completed', ended_at = c.recorded_at, events = c.events, segments = c.segments, bytes = c.bytes,
    raw_bytes = c.raw_bytes, manifest_digest = c.manifest_digest, encrypted = c.encrypted, key_id = c.key_id,
    milliseconds = c.milliseconds, failure = null, size = c.size
from (
    select distinct on (backup_id) * from log.backups_completed
    where position between $from and $to
    order by backup_id, position
) as c
where b.backup_id = c.backup_id and b.state <> 'completed' and b.started_position < c.position;

update backups as b
set state = case when f.cancelled then 'cancelled' else 'failed' end, ended_at = f.recorded_at, failure = f.reason
from (
    select distinct on (backup_id) * from log.backups_failed
    where position between $from and $to
    order by backup_id, position
) as f
where b.backup_id = f.backup_id and b.state = 'running' and b.started_position < f.position;

insert into places (backup_id, repository, bytes, position)
select distinct on (place.backup_id, place.repository) place.backup_id, place.repository, place.bytes, place.position
from (
    select c.backup_id, b.repository, c.bytes, c.position
    from log.backups_completed as c
    join backups as b on b.backup_id = c.backup_id
    where c.position between $from and $to
    union all
    select backup_id, repository, bytes, position from log.backups_copied where position between $from and $to
) as place
order by place.backup_id, place.repository, place.position desc
on conflict (backup_id, repository) do update
set bytes = excluded.bytes, position = excluded.position, removed_position = null, removed_at = null,
    removed_cause = null, verified_position = null, verified_at = null, verified_depth = null, sound = null,
    findings = null, first_finding = null, full_position = null, full_sound = null
where places.position < excluded.position;

update places as p
set removed_position = r.position, removed_at = r.recorded_at, removed_cause = r.cause
from (
    select distinct on (backup_id, repository) * from log.backups_removed
    where position between $from and $to
    order by backup_id, repository, position desc
) as r
where p.backup_id = r.backup_id and p.repository = r.repository and p.position < r.position;

-- Of one place: a copy elsewhere is another. Not of what was there before it was copied there again.
update places as p
set full_position = v.position, full_sound = v.sound
from (
    select distinct on (backup_id, repository) * from log.backups_verified
    where position between $from and $to and depth = 'full'
    order by backup_id, repository, position desc
) as v
where p.backup_id = v.backup_id and p.repository = v.repository and p.position < v.position;

-- A quick look that finds nothing says nothing against what a full one found: it does not look there.
update places as p
set verified_position = v.position, verified_at = v.recorded_at, verified_depth = v.depth, sound = v.sound,
    findings = v.findings, first_finding = v.first_finding
from (
    select distinct on (v.backup_id, v.repository) v.*
    from log.backups_verified as v
    join places as p on p.backup_id = v.backup_id and p.repository = v.repository
    where v.position between $from and $to
        and (v.depth = 'full' or not v.sound or p.full_sound is not false)
    order by v.backup_id, v.repository, v.position desc
) as v
where p.backup_id = v.backup_id and p.repository = v.repository and p.position < v.position;

update backups as b
set copy_failed_position = f.position, copy_failed_at = f.recorded_at, copy_failed_to = f.repository,
    copy_cancelled = coalesce(f.cancelled, false), copy_failure = f.reason
from (
    select distinct on (backup_id) * from log.backups_copy_failed
    where position between $from and $to
    order by backup_id, position desc
) as f
where b.backup_id = f.backup_id;

update backups as b
set copy_failed_position = null, copy_failed_at = null, copy_failed_to = null, copy_cancelled = null,
    copy_failure = null
from log.backups_copied as c
where c.position between $from and $to
    and b.backup_id = c.backup_id and b.copy_failed_to = c.repository and b.copy_failed_position < c.position;

update backups as b
set rehearsed_at = r.recorded_at, rehearsal_passed = r.passed, rehearsal_finding = r.finding
from (
    select distinct on (backup_id) * from log.backups_rehearsed
    where position between $from and $to
    order by backup_id, position desc
) as r
where b.backup_id = r.backup_id;

insert into schedules (
    schedule_id, kind, repository, frequency, "time", weekday, day, seconds, zone, keep_last, keep_days, keep_daily,
    keep_weekly, keep_monthly, keep_yearly, position, scheduled_at, scheduled_by)
select distinct on (schedule_id)
    schedule_id, kind, repository, frequency, "time", weekday, day, seconds, zone, keep_last, keep_days, keep_daily,
    keep_weekly, keep_monthly, keep_yearly, position, recorded_at, actor
from log.backups_scheduled
where position between $from and $to
order by schedule_id, position desc
on conflict (schedule_id) do update
set kind = excluded.kind, repository = excluded.repository, frequency = excluded.frequency, "time" = excluded."time",
    weekday = excluded.weekday, day = excluded.day, seconds = excluded.seconds, zone = excluded.zone,
    keep_last = excluded.keep_last, keep_days = excluded.keep_days, keep_daily = excluded.keep_daily,
    keep_weekly = excluded.keep_weekly, keep_monthly = excluded.keep_monthly, keep_yearly = excluded.keep_yearly,
    position = excluded.position, scheduled_at = excluded.scheduled_at, scheduled_by = excluded.scheduled_by,
    cancelled_position = null;

update schedules as s
set cancelled_position = c.position
from (
    select distinct on (schedule_id) * from log.backups_schedule_cancelled
    where position between $from and $to
    order by schedule_id, position desc
) as c
where s.schedule_id = c.schedule_id and s.position < c.position;
