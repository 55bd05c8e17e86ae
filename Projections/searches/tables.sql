-- Read model `searches`: the questions about the history that people have saved, each as it was from one event to the next.
--
-- Personal columns (name, words) are null once they were erased; `has_words` says whether there were any.

create table searches (
    search_id      text collate "C" not null,
    owner_id       text collate "C" not null,
    -- Since when it is so, and until when.
    from_position  bigint not null,
    until_position bigint,
    saved_at       timestamptz not null,
    name           text collate "C",
    -- What is asked for beside words.
    filter         json not null,
    -- As of which moment; as of now, whenever it is asked, where both are null.
    as_of_position bigint,
    as_of_time     timestamptz,
    has_words      boolean not null,
    words          text,
    primary key (search_id, from_position)
);

-- Finds those of somebody, for them and for an erasure.
create index searches_by_owner on searches (owner_id, from_position);
