import Foundation

/// A line of shell with the program in it: `$0` is daybook, `$1` the data directory.
enum Shell {
    static func run(_ script: String, _ place: Workplace) async throws -> DaybookProcess.Outcome {
        try await DaybookProcess(
            executable: URL(fileURLWithPath: "/bin/bash"),
            ["-c", script, try DaybookProcess.executable.path, place.dataDirectory],
            environment: place.environment
        )
        .outcome()
    }
}
