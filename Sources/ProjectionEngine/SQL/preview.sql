-- What a restore to the first so many events would change, one row a change.
create or replace function {schema}.rewind_preview(bigint)
returns table (thing text, change text, key json, facts json)
language plpgsql stable
set search_path = {schema}, pg_temp
set jit = off
set timezone = 'UTC'
as $daybook_projection$
begin
    return query
{preview};
end
$daybook_projection$;
