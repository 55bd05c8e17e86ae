-- Applies the events at positions $from to $to, both included, to read model `notifications`.
--
-- What was sent and to whom comes first: everything else is about that, and comes after it in the log. Of what can be
-- said of the same thing again, the last counts, whichever way the log is cut.

insert into notifications
select distinct on (notification_id)
    notification_id, branch_id, audience, audience_id, subject_id, category, priority, recipients, collapse_key,
    branch_id || chr(10) || case when rule_id is null then 'of ' || actor else 'of the rules' end || chr(10) || collapse_key,
    expires_at, rule_id, locale, actor, headline, "text", link, image, actions::text, payload, position, recorded_at
from log.notifications_sent
where position between $from and $to
order by notification_id, position
on conflict do nothing;

insert into parts
select distinct on (notification_id, part) notification_id, part, position, null::bigint
from log.notifications_addressed
where position between $from and $to
order by notification_id, part, position
on conflict do nothing;

insert into inbox
select distinct on (person.user_id, a.notification_id)
    person.user_id, a.notification_id, n.branch_id, n.category, n.collapse_group, n.expires_at, a.position, a.recorded_at,
    null::bigint, null::timestamptz, null::bigint, null::bigint, null::bigint
from log.notifications_addressed as a
join notifications as n on n.notification_id = a.notification_id and n.sent_position < a.position
cross join lateral unnest(a.user_ids) as person (user_id)
where a.position between $from and $to
order by person.user_id, a.notification_id, a.position
on conflict do nothing;

-- A later notification of the same collapse group takes the place of the one before it.
with touched as materialized (
    select distinct user_id, collapse_group
    from log.notifications_addressed as a
    join notifications as n on n.notification_id = a.notification_id and n.collapse_group is not null
    cross join lateral unnest(a.user_ids) as person (user_id)
    where a.position between $from and $to
), timeline as (
    select i.user_id, i.notification_id, lead(i.position) over (partition by i.user_id, i.collapse_group order by i.position)
        as next_position
    from touched as t
    join inbox as i on i.user_id = t.user_id and i.collapse_group = t.collapse_group and i.replaced_position is null
)
update inbox as i
set replaced_position = t.next_position
from timeline as t
where t.next_position is not null and i.user_id = t.user_id and i.notification_id = t.notification_id;

-- Read and unread, one by one or all at once. Read again it stays read since the first time.
with said as materialized (
    select c.user_id, n.notification_id, c.change = 'read' as is_read, c.position, c.recorded_at
    from log.notifications_inbox_changed as c
    cross join lateral unnest(c.notification_ids) as n (notification_id)
    join inbox as i
        on i.user_id = c.user_id and i.notification_id = n.notification_id and i.position < c.position
    where c.position between $from and $to and c.change in ('read', 'unread')
), marks as materialized (
    select * from said
    union all
    select e.user_id, i.notification_id, true, e.position, e.recorded_at
    from log.notifications_inbox_read as e
    join inbox as i on i.user_id = e.user_id and i.position < least(e.size, e.position)
    where e.position between $from and $to
        and (
            i.read_position is null
            or exists (select from said as s where s.user_id = i.user_id and s.notification_id = i.notification_id)
        )
), held as (
    select i.user_id, i.notification_id, i.read_position is not null as is_read, coalesce(i.read_position, -1) as position,
        i.read_at as recorded_at
    from (select distinct user_id, notification_id from marks) as m
    join inbox as i on i.user_id = m.user_id and i.notification_id = m.notification_id
), timeline as (
    select *, is_read is distinct from lag(is_read) over (partition by user_id, notification_id order by position)
        as begins
    from (select * from marks union all select * from held) as every_mark
), final as (
    select distinct on (user_id, notification_id)
        user_id, notification_id, is_read,
        max(position) filter (where begins) over key as begins_position,
        max(recorded_at) filter (where begins) over key as begins_at,
        position
    from timeline
    window key as (partition by user_id, notification_id)
    order by user_id, notification_id, position desc
)
update inbox as i
set read_position = case when f.is_read then f.begins_position end, read_at = case when f.is_read then f.begins_at end
from final as f
where i.user_id = f.user_id and i.notification_id = f.notification_id;

with final as (
    select distinct on (c.user_id, n.notification_id)
        c.user_id, n.notification_id, case when c.change = 'archived' then c.position end as archived_position
    from log.notifications_inbox_changed as c
    cross join lateral unnest(c.notification_ids) as n (notification_id)
    join inbox as i
        on i.user_id = c.user_id and i.notification_id = n.notification_id and i.position < c.position
    where c.position between $from and $to and c.change in ('archived', 'unarchived')
    order by c.user_id, n.notification_id, c.position desc
)
update inbox as i
set archived_position = f.archived_position
from final as f
where i.user_id = f.user_id and i.notification_id = f.notification_id;

-- What was deleted stays so.
with final as (
    select c.user_id, n.notification_id, min(c.position) as deleted_position
    from log.notifications_inbox_changed as c
    cross join lateral unnest(c.notification_ids) as n (notification_id)
    join inbox as i
        on i.user_id = c.user_id and i.notification_id = n.notification_id and i.position < c.position
    where c.position between $from and $to and c.change = 'deleted'
    group by c.user_id, n.notification_id
)
update inbox as i
set deleted_position = f.deleted_position
from final as f
where i.user_id = f.user_id and i.notification_id = f.notification_id and i.deleted_position is null;

-- What became of it on its ways.
update parts as p
set decided_position = d.position
from (
    select r.notification_id, r.part, min(r.position) as position
    from log.notifications_deliveries_recorded as r
    join parts as known
        on known.notification_id = r.notification_id and known.part = r.part and known.position < r.position
    where r.position between $from and $to
    group by r.notification_id, r.part
) as d
where p.notification_id = d.notification_id and p.part = d.part and p.decided_position is null;

-- What was delivered stays so: another replica, which did not hear of it, may say later that it failed. What is only
-- known to have been received (the receipt made the row, at its position) stands until more is said of it. Attempts are
-- counted anew from where it was asked for again.
with said as (
    select
        e."notificationId" as notification_id, e."userId" as user_id, r.channel, coalesce(e."deviceId", '') as device_id,
        e.outcome, e.attempt, e.until, e.reason, e.bundle, r.position, r.recorded_at, e.place
    from log.notifications_deliveries_recorded as r
    cross join lateral rows from (
        json_to_recordset(r.entries) as (
            "notificationId" text, "userId" text, "deviceId" text, "outcome" text, "attempt" integer,
            "until" timestamptz, "reason" text, "bundleId" text
        )
    ) with ordinality as e ("notificationId", "userId", "deviceId", outcome, attempt, until, reason, bundle, place)
    where r.position between $from and $to
), marks as (
    select *, coalesce(
        bool_or(outcome = 'delivered') over (
            partition by notification_id, user_id, channel, device_id order by position, place
            rows between unbounded preceding and 1 preceding
        ), false) as is_over
    from said
), counted as (
    select *, count(*) filter (where reason = 'retry-requested') over (
        partition by notification_id, user_id, channel, device_id order by position, place) as round
    from marks
    where not is_over
), final as (
    select distinct on (notification_id, user_id, channel, device_id)
        *, max(attempt) over (partition by notification_id, user_id, channel, device_id, round) as attempts
    from counted
    order by notification_id, user_id, channel, device_id, position desc, place desc
)
insert into deliveries as d
select f.notification_id, f.user_id, f.channel, f.device_id, f.outcome,
    case when f.round > 0 then f.attempts else greatest(f.attempts, h.attempts) end, f.until, f.reason, f.position,
    f.recorded_at, null, null, f.bundle, case n.priority when 'low' then 0 when 'high' then 2 when 'urgent' then 3 else 1 end
from final as f
left join notifications as n on n.notification_id = f.notification_id and n.sent_position < f.position
left join deliveries as h
    on h.notification_id = f.notification_id and h.user_id = f.user_id and h.channel = f.channel
    and h.device_id = f.device_id
on conflict (notification_id, user_id, channel, device_id) do update
set state = excluded.state, attempts = excluded.attempts, due_at = excluded.due_at,
    reason = excluded.reason, position = excluded.position, changed_at = excluded.changed_at, bundle = excluded.bundle,
    rank = excluded.rank
where not (d.state = 'delivered' and d.position is distinct from d.received_position);

with final as (
    select distinct on (n.notification_id, r.user_id, r.channel, d.device_id)
        n.notification_id, r.user_id, r.channel, d.device_id, r.position, r.recorded_at
    from log.notifications_received as r
    -- What is in the inbox is there once, on whichever device it was seen.
    cross join lateral (select case when r.channel = 'in-app' then '' else coalesce(r.device_id, '') end) as d (device_id)
    cross join lateral unnest(r.notification_ids) as n (notification_id)
    where r.position between $from and $to
    order by n.notification_id, r.user_id, r.channel, d.device_id, r.position
)
insert into deliveries as d
select f.notification_id, f.user_id, f.channel, f.device_id, 'delivered', 0, null, null, f.position, f.recorded_at,
    f.position, f.recorded_at, null,
    case n.priority when 'low' then 0 when 'high' then 2 when 'urgent' then 3 else 1 end
from final as f
left join notifications as n on n.notification_id = f.notification_id and n.sent_position < f.position
on conflict (notification_id, user_id, channel, device_id) do update
set received_position = coalesce(d.received_position, excluded.received_position),
    received_at = coalesce(d.received_at, excluded.received_at);

-- Preferences.
insert into preferences as p
select distinct on (user_id)
    user_id, in_app, email, push, webhook, categories::text, quiet_hours::text, time_zone, locale, digest, position,
    null::timestamptz, null::bigint
from log.notifications_preferences_set
where position between $from and $to
order by user_id, position desc
on conflict (user_id) do update
set in_app = excluded.in_app, email = excluded.email, push = excluded.push, webhook = excluded.webhook,
    categories = excluded.categories, quiet_hours = excluded.quiet_hours, time_zone = excluded.time_zone,
    locale = excluded.locale, digest = excluded.digest, set_position = excluded.set_position;

insert into preferences as p (user_id, muted_until, muted_position)
select distinct on (user_id) user_id, until, position
from (
    select user_id, until, position from log.notifications_muted where position between $from and $to
    union all
    select user_id, null, position from log.notifications_unmuted where position between $from and $to
) as m
order by user_id, position desc
on conflict (user_id) do update set muted_until = excluded.muted_until, muted_position = excluded.muted_position;

-- What a mute or quiet hours held back is looked at again when what is wanted changes or the mute ends, and when a new mute
-- ends: whatever has to wait on is then held back anew. The earliest of those moments counts, whichever way the log is cut.
-- What waits for a digest waits on.
with said as materialized (
    select user_id, position, recorded_at as due_at
    from log.notifications_preferences_set where position between $from and $to
    union all
    select user_id, position, recorded_at from log.notifications_unmuted where position between $from and $to
    union all
    select user_id, position, until from log.notifications_muted where position between $from and $to
), sooner as (
    select d.notification_id, d.user_id, d.channel, d.device_id, min(s.due_at) as due_at
    from said as s
    join deliveries as d on d.user_id = s.user_id and d.position < s.position
    where d.state = 'held' and d.reason in ('muted', 'quiet-hours')
    group by d.notification_id, d.user_id, d.channel, d.device_id
)
update deliveries as d
set due_at = s.due_at
from sooner as s
where d.notification_id = s.notification_id and d.user_id = s.user_id and d.channel = s.channel
    and d.device_id = s.device_id and s.due_at < d.due_at;

-- Devices.
insert into devices as d
select distinct on (device_id)
    device_id, user_id, kind, name, address, position, recorded_at, null, null, address_digest, token_id
from log.notifications_device_registered
where position between $from and $to
order by device_id, position desc
on conflict (device_id) do update
set user_id = excluded.user_id, kind = excluded.kind, name = excluded.name, address = excluded.address,
    registered_position = excluded.registered_position, registered_at = excluded.registered_at,
    ended_position = null, end_reason = null, address_digest = excluded.address_digest, token_id = excluded.token_id;

-- They end when that is said of this very registration, and with the token that they were registered with; without one, when all
-- sessions of their owner are ended.
update devices as d
set ended_position = e.position, end_reason = e.reason
from (
    select distinct on (device_id) device_id, reason, position
    from (
        select e.device_id, e.reason, e.position
        from log.notifications_device_ended as e
        join devices as known on known.device_id = e.device_id and known.registered_position < e.position
            and known.registered_position = coalesce(e.registration, known.registered_position)
        where e.position between $from and $to
        union all
        select known.device_id, 'signed-out', t.position
        from log.identity_token_revoked as t
        join devices as known on known.token_id = t.token_id and known.user_id = t.user_id
            and known.registered_position < t.position
        where t.position between $from and $to
        union all
        select known.device_id, 'signed-out', s.position
        from log.identity_console_sessions_ended as s
        join devices as known on known.user_id = s.user_id and known.token_id is null
            and known.registered_position < s.position
        where s.position between $from and $to
    ) as e
    order by device_id, position
) as e
where d.device_id = e.device_id and d.ended_position is null;

-- Rules.
insert into rules as r
select distinct on (rule_id) rule_id, is_on, category, priority, templates::text, position
from log.notifications_rule_set
where position between $from and $to
order by rule_id, position desc
on conflict (rule_id) do update
set is_on = excluded.is_on, category = excluded.category, priority = excluded.priority,
    templates = excluded.templates, set_position = excluded.set_position;

-- What was erased from the log is erased here.
update notifications as n
set headline = null, "text" = null, link = null, image = null, actions = null, payload = null
from log.log_personal_erased as e
where e.position between $from and $to
    and coalesce(n.subject, n.sender) = e.user_id and n.sent_position < e.position;

update devices as d
set name = null, address = null, address_digest = null
from log.log_personal_erased as e
where e.position between $from and $to and d.user_id = e.user_id and d.registered_position < e.position;
