-- Who had a mailing of an export sent.
--   $1 the mailing   $2 the export
select m.asked_by from exports.mailings as m where m.mailing_id = $1 and m.export_id = $2 limit 1
