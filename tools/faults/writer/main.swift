// Appends to a log until it is killed, and prints a line for each append that was acknowledged:
//   fault-writer URL KEYS PREFIX LANES
import EventStore
import Events
import Foundation
import Logging
import Postgres

guard CommandLine.arguments.count == 5, let lanes = Int(CommandLine.arguments[4]) else {
    FileHandle.standardError.write(Data("usage: fault-writer URL KEYS PREFIX LANES\n".utf8))
    exit(2)
}
let (url, keys, prefix) = (CommandLine.arguments[1], CommandLine.arguments[2], CommandLine.arguments[3])
let quiet = Logger(label: "fault-writer", factory: { _ in SwiftLogNoOpLogHandler() })
let configuration = try PostgresConfiguration(url: url)
let pool = PostgresPool(configuration: configuration, logger: quiet)
let store = EventStore(
    configuration: configuration,
    pool: pool,
    keys: KeyStore(directory: URL(fileURLWithPath: keys)),
    logger: quiet
)
let running = Task { try await store.run() }
try await store.openLog(origin: "test.example/log")
await withTaskGroup(of: Void.self) { group in
    for lane in 0..<lanes {
        group.addTask {
            for count in 0... {
                let name = "\(prefix)-\(lane)-\(count)"
                let event = Identity.UserRegistered(userID: name, kind: .person, name: "Somebody")
                let request = AppendRequest(
                    streams: [StreamAppend(stream: "lane-\(lane)", events: [NewEvent(event)])],
                    actor: "load"
                )
                guard let receipt = try? await store.append(request), let event = receipt.events.first else { continue }
                let line = "\(name) \(event.position) \(event.version) \(event.id) \(event.leaf.hex)\n"
                // One write a line, so that lines are whole unless the process ends within one.
                FileHandle.standardOutput.write(Data(line.utf8))
            }
        }
    }
}
try await running.value
