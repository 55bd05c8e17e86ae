-- How many events had been recorded at a moment: the size of the log as it stood then.
-- recorded_at never goes backwards along positions, so a binary search over the primary key finds it.
create function log.size_at(moment timestamptz) returns bigint
language plpgsql stable as $$
declare
    low bigint := 0;
    high bigint;
    middle bigint;
    recorded timestamptz;
begin
    select size into strict high from log.head;
    while low < high loop
        middle := (low + high) / 2;
        select recorded_at into strict recorded from log.events where position = middle;
        if recorded <= moment then
            low := middle + 1;
        else
            high := middle;
        end if;
    end loop;
    return low;
end
$$;
alter function log.size_at(timestamptz) owner to daybook_owner;
