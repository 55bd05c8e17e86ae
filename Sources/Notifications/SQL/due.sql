-- What is to be sent by one way now, oldest first, with what it says.
--   $1  channel, text
--   $2  now, timestamptz
--   $3  how many at most, bigint
select
    d.notification_id, d.user_id, d.device_id, d.state, d.attempts, n.branch_id, n.audience, n.audience_id, n.category,
    n.priority, n.collapse_key, n.expires_at, n.headline as title, n."text", n.locale, n.link, u.email, v.kind, v.address,
    coalesce(v.ended_position is not null, d.device_id <> '') as is_device_gone,
    i.deleted_position is not null as is_deleted, i.replaced_position is not null as is_replaced
from {schema}.deliveries as d
join {schema}.notifications as n on n.notification_id = d.notification_id
left join {schema}.inbox as i on i.notification_id = d.notification_id and i.user_id = d.user_id
left join {schema}.devices as v on v.device_id = d.device_id
left join identity.users as u on u.user_id = d.user_id
where d.channel = $1 and d.state in ('due', 'failed', 'held') and (d.due_at is null or d.due_at <= $2)
order by d.due_at nulls first, d.position, d.user_id
limit $3
