-- What PostgreSQL says of the database, for metrics.
select
    pg_database_size(d.datname)::bigint as size, d.numbackends::bigint as backends,
    d.xact_commit as commits, d.xact_rollback as rollbacks, d.deadlocks, d.blks_hit as hit, d.blks_read as read
from pg_stat_database as d
where d.datname = current_database()
