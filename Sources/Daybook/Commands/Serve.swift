import Access
import App
import ArgumentParser
import JSON
import Logging
import Monitoring

struct Serve: ConsoleCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start the server.",
        discussion: """
            The first start makes everything that is missing: a private PostgreSQL, a signing key, the permissions and \
            role templates, and an administrator called “admin”, whose token is printed this once. Ctrl-C or SIGTERM \
            stop the server after the requests that it has begun.

            EXAMPLES:
              daybook serve --data-dir /var/lib/daybook --port 8080
              DATABASE_URL=postgresql://db1,db2/daybook daybook serve --host 0.0.0.0
            """
    )

    @Option(help: ArgumentHelp("The address to listen on.", discussion: "Also DAYBOOK_HOST. Default: 127.0.0.1."))
    var host: String?

    @Option(help: ArgumentHelp("The port; 0 takes any free one.", discussion: "Also DAYBOOK_PORT. Default: 8080."))
    var port: String?

    @Option(
        help: ArgumentHelp(
            "The institution's name, as people read it.",
            discussion: "Also DAYBOOK_INSTITUTION.",
            valueName: "name"
        )
    )
    var institution: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let (configuration, logs) = try database.servingConfiguration(
            [.host: host, .port: port, .institution: institution],
            console
        )
        defer { logs.flush() }
        try await DaybookSystem.withRunning(
            configuration,
            logger: Logger(label: "daybook"),
            progress: StartReport(console).handlers,
            administrator: console.isQuiet ? .withoutToken : .withToken
        ) { system, token in
            if let token { try tell(token, console) }
            try await DaybookServer(system, logs: logs).run { port in
                let address = Self.address(configuration.host, port)
                try? console.result(
                    text: "Daybook listens on \(address)",
                    json: { $0.object { $0.member("address", address) } }
                )
            }
        }
        console.note("Daybook has stopped.")
    }

    private func tell(_ token: IssuedToken, _ console: Console) throws {
        try console.result(
            text: """
                This log is new. Its administrator is “\(token.userID)”, who signs in with this token:

                  \(token.secret)

                It is shown this once. More are made by: daybook token issue --user \(token.userID)

                """,
            json: { writer in
                writer.object { writer in
                    writer.member("administrator", token.userID)
                    writer.member("token", token.secret)
                }
            }
        )
    }

    private static func address(_ host: String, _ port: Int) -> String {
        "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}
