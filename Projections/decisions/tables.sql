-- Read model `decisions`: who was allowed what, and who was not.
--
-- The decisions themselves stay in the log, many to an event; view `each` shows them one by one. The tables keep what
-- they are found by.

create table batches (
    position bigint not null primary key,
    "from"   timestamptz not null,
    "to"     timestamptz not null,
    count    bigint not null,
    refused  bigint not null,
    lost     bigint not null,
    node     text collate "C",
    users    text[] not null
);

-- The newest decision by which a user was allowed something, for whoever looks for grants that nobody uses.
create table last_uses (
    user_id       text collate "C" not null,
    permission    text collate "C" not null,
    branch_id     text collate "C" not null,
    last_position bigint not null,
    last_at       timestamptz not null,
    primary key (user_id, permission, branch_id)
);

-- Decisions one by one. `branch_id` is `institution` for the institution as a whole, and null for some branch or other.
create view each as
select
    b.position, (x.nth - 1)::integer as nth,
    d."from" + (x.decision ->> 0)::bigint * interval '1 microsecond' as decided_at,
    case when (x.decision ->> 1)::integer = 0 then 'command' else 'check' end as kind,
    d.users[(x.decision ->> 2)::integer + 1] as asker,
    d.users[(x.decision ->> 3)::integer + 1] as user_id,
    d.permissions[(x.decision ->> 4)::integer + 1] as permission,
    case (x.decision ->> 5)::integer
        when -2 then null when -1 then 'institution' else d.branches[(x.decision ->> 5)::integer + 1]
    end as branch_id,
    d.verdicts[(x.decision ->> 6)::integer + 1] as verdict,
    (x.decision ->> 7)::bigint as size,
    x.decision ->> 8 as trace_id
from batches as b
join log.rbac_decisions_recorded as d on d.position = b.position
cross join lateral json_array_elements(d.decisions) with ordinality as x (decision, nth);
