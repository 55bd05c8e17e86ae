-- Applies a range of positions, both included, to a read model that restores rewind: the range is cut at each restore,
-- which is carried out in its place. (A loop over restores, not over events.)
create or replace function {schema}.rewind(bigint, bigint) returns void
language plpgsql
set search_path = {schema}, pg_temp
set jit = off
as $daybook_projection$
begin
{rewind}
end
$daybook_projection$;

create or replace function {schema}.apply(first bigint, last bigint) returns void
language plpgsql as $daybook_projection$
declare
    restore record;
    next bigint := first;
begin
    for restore in
        select position, to_position from log.recovery_restored
        where position between first and last
        order by position
    loop
        if restore.position > next then
            perform {schema}.apply_range(next, restore.position - 1);
        end if;
        -- The event names the last position that stays in force; rewind.sql takes how many events that keeps.
        perform {schema}.rewind(restore.position, restore.to_position + 1);
        next := restore.position + 1;
    end loop;
    if next <= last then
        perform {schema}.apply_range(next, last);
    end if;
end
$daybook_projection$;
