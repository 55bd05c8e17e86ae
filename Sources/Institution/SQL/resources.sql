-- Things of one kind, with how far the read model is: in one statement, and so of one moment.
--   {model}       the name of the read model
--   {columns}     what is read of each, of the table as t
--   {table}       the table
--   {moment}      which rows held at the moment
--   {conditions}  which are asked for and may be seen
--   {order}       in which order
--   {limit}       how many at most
select s.position, r.*
from (select position from projections.state where name = {model}) as s
left join lateral (
    select true as found, {columns}
    from {table} as t
    where {moment} and {conditions}
    order by {order}
    limit {limit}
) as r on true
