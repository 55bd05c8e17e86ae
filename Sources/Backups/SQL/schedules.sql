-- The schedules that are not cancelled.
select
    s.schedule_id, s.kind, s.repository, s.frequency, s."time", s.weekday, s.day, s.seconds, s.zone, s.keep_last,
    s.keep_days, s.keep_daily, s.keep_weekly, s.keep_monthly, s.keep_yearly, s.scheduled_at, s.scheduled_by,
    (
        select max(b.started_at) from backups.backups as b
        where b.schedule_id = s.schedule_id and b.state = 'completed'
    ) as last_at,
    s.position
from backups.schedules as s
where s.cancelled_position is null
order by s.schedule_id
