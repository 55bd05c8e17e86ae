import TestSupport

/// A database that never takes some events.
enum Refusal {
    /// - Parameter condition: which, by the row `new`.
    static func begin(_ condition: String, on url: String) async throws {
        try await Psql.run(
            """
            create function public.refuse_event() returns trigger language plpgsql as $$
            begin
                raise exception 'This event is refused.' using errcode = 'check_violation';
            end $$;
            create trigger refuse_event before insert on log.events
                for each row when (\(condition)) execute function public.refuse_event();
            """,
            on: url
        )
    }
}
