-- Some deliveries by one way with what they say, in the order in which they are named.
--   $1  channel, text
--   $2  notifications, text[]
--   $3  for each of them its recipient, text[]
--   $4  and the device, or '', text[]
select
    d.notification_id, d.user_id, d.device_id, d.state, d.attempts, d.bundle, d.position, n.branch_id, n.audience, n.audience_id,
    n.category, n.priority, n.collapse_group, n.expires_at, n.headline as title, n."text", n.locale, n.link,
    n.image, n.actions, n.payload, n.sent_position, u.email, v.kind, v.address, v.registered_position as registration,
    coalesce(v.ended_position is not null, d.device_id <> '') as is_device_gone,
    i.deleted_position is not null as is_deleted, i.replaced_position is not null as is_replaced
from unnest($2::text[], $3::text[], $4::text[]) with ordinality as k (notification_id, user_id, device_id, number)
join {schema}.deliveries as d
    on d.notification_id = k.notification_id and d.user_id = k.user_id and d.channel = $1 and d.device_id = k.device_id
join {schema}.notifications as n on n.notification_id = d.notification_id
left join {schema}.inbox as i on i.notification_id = d.notification_id and i.user_id = d.user_id
left join {schema}.devices as v on v.device_id = d.device_id and v.user_id = d.user_id
left join identity.users as u on u.user_id = d.user_id
order by k.number
