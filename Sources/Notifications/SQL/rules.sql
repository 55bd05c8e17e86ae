-- The rules that were set.
select r.rule_id, r.is_on, r.category, r.priority, r.templates, r.set_position
from {schema}.rules as r
order by r.rule_id
