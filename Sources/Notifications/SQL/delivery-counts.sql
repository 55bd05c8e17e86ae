-- How many deliveries of a notification stand how.
--   $1  notification, text
select d.channel, d.state, count(*) as count, count(d.received_position) as received
from {schema}.deliveries as d
where d.notification_id = $1
group by d.channel, d.state
order by d.channel, d.state
