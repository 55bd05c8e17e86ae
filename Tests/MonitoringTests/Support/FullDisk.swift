import TestSupport

/// A database whose disk is full, as PostgreSQL says it: every append fails with 53100.
enum FullDisk {
    static func begin(_ url: String) async throws {
        try await Psql.run(
            """
            create function public.disk_is_full() returns trigger language plpgsql as $$
            begin
                raise exception 'could not extend file: No space left on device' using errcode = 'disk_full';
            end $$;
            create trigger disk_is_full before update on log.head
                for each statement execute function public.disk_is_full();
            """,
            on: url
        )
    }

    static func end(_ url: String) async throws {
        try await Psql.run("drop trigger disk_is_full on log.head; drop function public.disk_is_full()", on: url)
    }
}
