-- The Merkle tree over the log: its head, its signed checkpoints and the inner nodes at tile boundaries.

-- One row, which every append locks: this lock is what makes positions dense and the order the commit order.
create table log.head (
    singleton boolean primary key default true check (singleton),
    -- How many events the log has: the next position.
    size bigint not null,
    -- The compact range: the roots of the perfect subtrees that make up the tree, largest first, 32 bytes each.
    edge bytea not null,
    recorded_at timestamptz not null,
    -- The size just after the last event that an inline projection handled.
    inline_size bigint not null
);
alter table log.head owner to daybook_owner;
alter table log.head set (fillfactor = 10);
insert into log.head values (true, 0, '', '-infinity', 0);
grant select, update on log.head to daybook_writer;
grant select on log.head to daybook_reader;

-- One signed checkpoint for each commit (C2SP tlog-checkpoint).
create table log.checkpoints (
    size bigint primary key check (size > 0),
    -- The size of the checkpoint before, so that a missing one is noticed.
    previous_size bigint not null check (previous_size >= 0 and previous_size < size),
    root bytea not null check (octet_length(root) = 32),
    note text not null
);
alter table log.checkpoints owner to daybook_owner;
grant select, insert on log.checkpoints to daybook_writer;
grant select on log.checkpoints to daybook_reader;

-- The hash of every full subtree of 256^level leaves, level >= 1: the entries of the C2SP tiles above the lowest.
-- (The lowest tiles' entries are log.events.leaf.)
create table log.tree_nodes (
    level smallint not null check (level between 1 and 7),
    index bigint not null,
    hash bytea not null check (octet_length(hash) = 32),
    primary key (level, index)
);
alter table log.tree_nodes owner to daybook_owner;
grant select, insert on log.tree_nodes to daybook_writer;
grant select on log.tree_nodes to daybook_reader;
