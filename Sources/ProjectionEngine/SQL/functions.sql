-- The functions of one read model's schema, made from its apply.sql.
--   schema  the schema, quoted
--   apply   the text of apply.sql with $1 and $2 for its positions
--
-- One plan, made once, for ranges of any size: look-ups by key. A plan made for each call would cost an append more
-- than the work itself, and one made from statistics could read whole tables for a single event.
create or replace function {schema}.apply_range(bigint, bigint) returns void
language plpgsql
set search_path = {schema}, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set random_page_cost = 1
set work_mem = '64MB'
set jit = off
as $daybook_projection$
begin
{apply}
end
$daybook_projection$;
