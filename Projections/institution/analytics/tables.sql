-- Read model `analytics`: how many there are of what, in which state, by branch and day.
--
-- Each event that changes a count leaves movements. So
--     as of now:                all movements
--     after the first N events: those with position < N
--     at the end of a day:      those with day <= that day
-- Days are of UTC. Nothing here is personal.

-- What changed in a count. For what lives on (students, teachers, courses, classes, enrolments, leave) a change is on
-- the day on which it happened; for what belongs to a day (attendance, submissions, grades, fees, payments) on that day,
-- also when it is put right later.
create table movements (
    branch_id text collate "C" not null,
    measure   text collate "C" not null,
    state     text collate "C" not null,
    -- of money; else empty
    currency  text collate "C" not null,
    day       date not null,
    change    integer not null,
    -- money in the minor unit of the currency; else 0
    amount    numeric not null,
    position  bigint not null
);

-- How each thing stands now: what the next event about it is measured against.
create table standing (
    measure   text collate "C" not null,
    thing     text collate "C" not null,
    branch_id text collate "C" not null,
    state     text collate "C" not null,
    currency  text collate "C" not null,
    day       date not null,
    amount    numeric not null,
    primary key (measure, thing)
);
