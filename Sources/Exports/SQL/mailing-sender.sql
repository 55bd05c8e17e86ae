-- Who had a mailing of an export sent, with which roles, and where that stands in the log, unless it was withdrawn.
--   $1 the mailing   $2 the export
select m.asked_by, m.roles, m.asked_position from exports.mailings as m
where m.mailing_id = $1 and m.export_id = $2 and m.withdrawn_position is null limit 1
