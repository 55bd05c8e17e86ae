-- Which of some exports have a file, or are being made.
--   $1 text[] the exports
select x.export_id, x.attempt, x.state from exports.exports as x
where x.export_id = any($1) and x.deleted_position is null
