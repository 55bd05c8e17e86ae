-- Applies a range of positions, both included, to a read model that no restore rewinds.
create or replace function {schema}.apply(first bigint, last bigint) returns void
language plpgsql as $daybook_projection$
begin
    perform {schema}.apply_range(first, last);
end
$daybook_projection$;
