import App
import ArgumentParser
import Audit
import EventStore
import Time

struct History: ConsoleCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what was done, newest first.",
        discussion: """
            Shows all that fits, page after page, or the newest --limit. With --json it is one JSON object a line, \
            with the members that GET /audit/events gives. That the history was read is itself recorded, before it is \
            shown.

            EXAMPLES:
              daybook history --limit 20
              daybook history --subject ada --type rbac.role-assigned
              daybook history --from 2025-09-01T00:00:00Z --json | jq .action
              daybook history --as-of 20117 --limit 1
            """
    )
    static let isListing = true

    @OptionGroup(title: "Filters") var filters: HistoryFilterOptions

    @Option(help: ArgumentHelp("As it stood then: a position, or a time.", valueName: "moment"))
    var asOf: MomentArgument?

    @Option(help: ArgumentHelp("How many at most.", valueName: "count"))
    var limit: Int?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func validate() throws {
        guard limit ?? 1 > 0 else { throw ValidationError("--limit has to be at least 1.") }
    }

    func perform(_ console: Console) async throws {
        let shown = try await database.withSystem(console) { [self] system in
            var listing = HistoryListing(console)
            // A log that was not used for a while, or by an older release, may have to be caught up with first.
            try await system.projections.wait(
                for: "audit",
                toHold: try await system.store.head().size,
                deadline: .seconds(600)
            )
            if let limit {
                try await show(limit, of: system, in: &listing)
            } else {
                let moment = asOf?.audited ?? .now
                for try await page in try await system.audit.export(filters.filter, asOf: moment, by: .operator).pages {
                    try listing.show(page)
                }
            }
            return listing.count
        }
        if shown == 0 { console.note("Nothing in the history fits.") }
    }

    private func show(_ limit: Int, of system: DaybookSystem, in listing: inout HistoryListing) async throws {
        var moment = asOf?.audited ?? .now
        var below: Int64?
        while listing.count < limit {
            let page = try await system.audit.events(
                filters.filter,
                asOf: moment,
                below: below,
                limit: min(500, limit - listing.count),
                by: .operator
            )
            try listing.show(page.lines)
            guard let next = page.next else { return }
            // The pages after the first are of the same moment.
            (moment, below) = (.size(page.size), next)
        }
    }
}
