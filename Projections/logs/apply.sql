-- Applies the events at positions $from to $to, both included, to read model `logs`.
--
-- The fields of a released event are null: it has no row, whether it was released before or after it was applied.

insert into entries
select
    position, logged_at,
    array_position(array['trace', 'debug', 'info', 'notice', 'warning', 'error', 'critical'], level) - 1,
    logger, node, trace_id
from log.logs_entry
where position between $from and $to and level is not null;

insert into drops
select position, what, count, reason, node, "from", "to"
from log.logs_dropped
where position between $from and $to;

insert into request_batches
select
    b.position, b.node, b."from", b."to", b.count, b.errors, coalesce(b.left_out, 0), b.routes, b.actors, t.hashes
from log.logs_requests_recorded as b
cross join lateral (
    select coalesce(array_agg(distinct hashtext(r.request ->> 7)), '{}') as hashes
    from json_array_elements(b.requests) as r (request)
    where r.request ->> 7 is not null
) as t
where b.position between $from and $to and b.count is not null;

insert into request_metrics
select position, node, "from", "to", requests, coalesce(client_errors, 0), coalesce(server_errors, 0)
from log.logs_request_metrics
where position between $from and $to and requests is not null;

insert into health_checks
select position, "check", status, node, checked_at
from log.logs_health_checked
where position between $from and $to and status is not null;

insert into alerts
select distinct on (alert_id)
    alert_id, rule, severity, message, node, value, threshold, coalesce(silenced, false),
    position, raised_at, actor, null::bigint, null::timestamptz, null::text, null::text
from log.logs_alert_raised
where position between $from and $to
order by alert_id, position
on conflict (alert_id) do nothing;

with firsts as (
    select distinct on (r.alert_id) r.alert_id, r.position, r.resolved_at, r.actor, r.reason
    from log.logs_alert_resolved as r
    join alerts as a on a.alert_id = r.alert_id and a.resolved_position is null and a.raised_position < r.position
    where r.position between $from and $to
    order by r.alert_id, r.position
)
update alerts as a
set resolved_position = f.position, resolved_at = f.resolved_at, resolved_by = f.actor, resolved_reason = f.reason
from firsts as f
where a.alert_id = f.alert_id;

insert into silences
select position, rule, until, reason, recorded_at, actor
from log.logs_alert_silenced
where position between $from and $to;

insert into archives
select
    position, archive_id, types, from_position, to_position, events, segments, bytes, manifest_digest, encrypted,
    recorded_at, actor
from log.logs_archived
where position between $from and $to;

insert into releases
select position, archive_id, types, from_position, to_position, count, reason, recorded_at, actor
from log.logs_payloads_released
where position between $from and $to;

delete from entries as x
using log.logs_payloads_released as r, log.events as e
where r.position between $from and $to
    and x.position between r.from_position and r.to_position
    and e.position = x.position and e.data is null;

delete from request_batches as x
using log.logs_payloads_released as r, log.events as e
where r.position between $from and $to
    and x.position between r.from_position and r.to_position
    and e.position = x.position and e.data is null;

delete from request_metrics as x
using log.logs_payloads_released as r, log.events as e
where r.position between $from and $to
    and x.position between r.from_position and r.to_position
    and e.position = x.position and e.data is null;

delete from health_checks as x
using log.logs_payloads_released as r, log.events as e
where r.position between $from and $to
    and x.position between r.from_position and r.to_position
    and e.position = x.position and e.data is null;
