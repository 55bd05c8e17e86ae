-- The functions of one read model's schema, made from its apply.sql.
--   schema   the schema, quoted
--   types    which of the read model's types occur at positions $1 to $2, as an array of text
--   apply    the text of apply.sql with $1 and $2 for its positions
--
-- The same statements twice, planned in two ways. In both the tables are looked up by key, so that the cost follows
-- the range and not the tables.

-- For what was just appended: one plan, made once. A plan made for each call would cost an append more than the work
-- itself, and one made from statistics could read whole tables for a single event.
create or replace function {schema}.apply_few(bigint, bigint) returns void
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
declare
    occurring_types constant text[] := {types};
begin
{apply}
end
$daybook_projection$;

-- For many events at once: planned for the range at hand, so that the events of a range that meet each other are
-- hashed.
create or replace function {schema}.apply_many(bigint, bigint) returns void
language plpgsql
set search_path = {schema}, pg_temp
set plan_cache_mode = force_custom_plan
set enable_seqscan = off
set enable_mergejoin = off
set random_page_cost = 1
set work_mem = '256MB'
set jit = off
as $daybook_projection$
declare
    occurring_types constant text[] := {types};
begin
{apply}
end
$daybook_projection$;

create or replace function {schema}.apply_range(first bigint, last bigint) returns void
language plpgsql as $daybook_projection$
begin
    if last - first < {many} then
        perform {schema}.apply_few(first, last);
    else
        perform {schema}.apply_many(first, last);
    end if;
end
$daybook_projection$;
