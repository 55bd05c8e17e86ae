import Access
import Events
import HTTPAPI

extension ConsoleSite {
    /// Where a restore that was carried out is shown.
    static func restored(_ position: Int64) -> String { "\(ConsolePaths.backups)/restored/\(position)" }

    /// `GET /console/backups/restored/{position}`: that a restore was carried out, by its event. Whoever did it sees it whatever
    /// it has left them.
    var restoredPage: Endpoint {
        Endpoint(
            .get,
            "/console/backups/restored/{position}",
            "Show that a restore was carried out",
            tag: "console",
            access: .signedIn,
            mayBeKept: false,
            inputs: Path("position", .position, "Where the restore was recorded."),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, position, head in
            guard let event = try await parts.store.reader.event(at: position),
                event.type == Events.Recovery.Restored.type,
                try await isShown(to: context, by: event.header.actor)
            else { throw Problem.notFound("restore at position", "\(position)") }
            let restored = try event.decode(Events.Recovery.Restored.self)
            let values = RestoreFacts.values(restored, at: position)
            return try await page("restore", ["restored": values], at: "backups", context, head)
        }
    }

    private func isShown(to context: RequestContext, by actor: String) async throws -> Bool {
        if actor == context.actor { return true }
        return try await context.allows(BuiltInPermission.previewRecovery.name, in: .institution)
    }
}
