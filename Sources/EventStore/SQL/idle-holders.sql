-- Sessions that hold the head of the log while others wait for it, and themselves wait for nothing but their program to
-- go on: as when that was stopped, or its machine frozen, in the middle of a batch. Asked as the user that all of
-- Daybook's servers connect as; the statements of others are not shown to it.
select distinct holder.pid, holder.xact_start
from pg_stat_activity as waiter
cross join lateral unnest(pg_blocking_pids(waiter.pid)) as blocking (pid)
join pg_stat_activity as holder on holder.pid = blocking.pid
where waiter.datname = current_database() and waiter.wait_event_type = 'Lock' and waiter.query ~ 'log\.(claim|head)'
    and holder.datname = current_database() and holder.usename = current_user
    and holder.query ~ '(log\.claim|log\.head|COPY log\.events)' and holder.wait_event = 'ClientRead'
    and holder.xact_start is not null
