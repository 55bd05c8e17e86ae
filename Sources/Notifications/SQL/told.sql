-- Which of some messages correct something that its recipient was told last, by another rule.
--   $1  recipients, text[]
--   $2  for each of them the branch, text[]
--   $3  the collapse key, text[]
--   $4  and the rule that corrects, text[]
--   $5  where what happened stands in the log: what was told of something later is not corrected by it, bigint
select m.number - 1 as index
from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as m (user_id, branch_id, key, rule_id, number)
where exists (
    select
    from {schema}.inbox as i
    join {schema}.notifications as n on n.notification_id = i.notification_id
    join log.events as sent on sent.position = n.sent_position
    left join log.events as cause on cause.id = sent.causation_id
    where i.user_id = m.user_id and i.replaced_position is null
        and i.collapse_group = m.branch_id || chr(10) || 'of the rules' || chr(10) || m.key
        and n.rule_id <> m.rule_id and coalesce(cause.position, sent.position) < $5
)
order by m.number
