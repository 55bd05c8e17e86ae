-- What of a read model a restore would change: the columns of a preview, in a form and an order that do not depend on
-- the server. To be followed by the preview's function and `order by 1, 3, 2 desc`: what ends comes before what
-- returns of the same thing.
select thing collate "C", change = 'ends', key::text collate "C", facts::text
