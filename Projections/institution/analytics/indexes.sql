-- Indexes of read model `analytics` that queries need and apply.sql does not.

create index movements_by_branch on movements (branch_id, measure, day)
    include (state, currency, change, amount, position);
