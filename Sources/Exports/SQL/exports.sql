-- Exports, newest first.
--   $1 asked for below this position   $2 this one alone   $3 of this owner alone   $4 $5 visible to this owner, or in
--   these branches; with neither all are   $6 of this batch   $7 with this digest   $8 how many at most
select x.* from exports.exports as x
where x.requested_position < $1::bigint
    and ($2::text is null or x.export_id = $2)
    and ($3::text is null or x.owner_id = $3)
    and (($4::text is null and $5::text[] is null) or x.owner_id = $4 or x.branch_id = any($5))
    and ($6::text is null or x.batch_id = $6)
    and ($7::text is null or x.sha256 = $7)
order by x.requested_position desc
limit $8
