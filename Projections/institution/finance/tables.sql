-- Read model `finance`: fees, payments, and every movement of money. Amounts are whole numbers of the currency's minor
-- unit.
--
-- Every table holds intervals of log positions. A row holds from the event at `from_position` up to, not including, the
-- event at `until_position`; null means that it still holds. So
--     as of now:                until_position is null
--     after the first N events: from_position < N and (until_position is null or until_position >= N)
-- created_* name the first event about the thing, from_* the one that made the row; occurred_at is when that happened,
-- as its sender says. Personal columns are null once they were erased.

-- Fees: charged, waived in part or whole, paid by the allocations of payments, cancelled.
-- `balance` is what is still owed; below zero, what was paid too much.
create table fees (
    fee_id           text collate "C" not null,
    branch_id        text collate "C" not null,
    student_id       text collate "C" not null,
    course_id        text collate "C",
    kind             text collate "C" not null,
    amount           bigint not null,
    currency         text collate "C" not null,
    due_on           date,
    note             text,
    waived           numeric not null,
    paid             numeric not null,
    cancelled        boolean not null,
    balance          numeric not null,
    status           text collate "C" not null,
    created_position bigint not null,
    created_at       timestamptz not null,
    created_by       text collate "C" not null,
    occurred_at      timestamptz not null,
    from_position    bigint not null,
    from_at          timestamptz not null,
    from_by          text collate "C" not null,
    until_position   bigint,
    primary key (fee_id, from_position)
);

-- Payments: received or failed, paid back in part or whole.
create table payments (
    payment_id       text collate "C" not null,
    branch_id        text collate "C" not null,
    user_id          text collate "C" not null,
    student_id       text collate "C",
    amount           bigint not null,
    currency         text collate "C" not null,
    method           text collate "C" not null,
    failed           text collate "C",
    allocations      json,
    payer_name       text,
    note             text,
    refunded         numeric not null,
    status           text collate "C" not null,
    created_position bigint not null,
    created_at       timestamptz not null,
    created_by       text collate "C" not null,
    occurred_at      timestamptz not null,
    from_position    bigint not null,
    from_at          timestamptz not null,
    from_by          text collate "C" not null,
    until_position   bigint,
    primary key (payment_id, from_position)
);

-- Movements of money, one an event: what is owed more is positive, what is owed less is negative. Never changed.
create table transactions (
    transaction_id   text collate "C" not null,
    branch_id        text collate "C" not null,
    kind             text collate "C" not null,
    student_id       text collate "C",
    user_id          text collate "C",
    fee_id           text collate "C",
    payment_id       text collate "C",
    amount           numeric not null,
    currency         text collate "C" not null,
    created_position bigint not null,
    created_at       timestamptz not null,
    created_by       text collate "C" not null,
    occurred_at      timestamptz not null,
    from_position    bigint not null,
    from_at          timestamptz not null,
    from_by          text collate "C" not null,
    until_position   bigint,
    primary key (from_position)
);
