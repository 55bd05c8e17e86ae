import EventStore
import Foundation
import MerkleLog
import TestSupport

/// All rounds of one fault, on a log and a PostgreSQL of their own.
struct FaultRun {
    let fault: Fault
    let rounds: Int
    let lanes: Int

    /// What did not hold.
    func outcome() async throws -> [String] {
        try await FaultCluster.withCluster { cluster in
            try await LogFixture.migrated.prepare(cluster.connectionURL)
            return try await LogFixture.withKeys { keys in
                var acknowledged: [FaultLoad.Acknowledgement] = []
                var kept: [SignedNote] = []
                for round in 1...rounds {
                    acknowledged += try await self.round(round, cluster, keys)
                    try await cluster.restart()
                    let told = acknowledged
                    let before = kept
                    let (problems, checkpoint) = try await LogFixture.withLog(
                        at: cluster.connectionURL,
                        keys: KeyStore(directory: keys)
                    ) { log in
                        let problems = try await FaultLoad.problems(told, pool: log.pool, keys: log.keys, kept: before)
                        return (problems, try await log.store.prover.newestCheckpoint())
                    }
                    guard problems.isEmpty else { return problems.map { "\(fault), round \(round): \($0)" } }
                    kept = try [checkpoint].compactMap { try $0.map { try SignedNote(parsing: $0) } }
                    say("\(fault): round \(round) of \(rounds), \(acknowledged.count) acknowledged, all held")
                }
                return []
            }
        }
    }

    /// Lets two processes append, injects the fault, and returns all that they acknowledged.
    private func round(_ round: Int, _ cluster: FaultCluster, _ keys: URL) async throws -> [FaultLoad.Acknowledgement] {
        let url = cluster.connectionURL
        let victim = try WriterProcess(url: url, keys: keys, prefix: "victim-\(round)", lanes: lanes)
        // One after the other: the first makes the keys and opens the log.
        try await victim.wait(for: 1)
        let survivor = try WriterProcess(url: url, keys: keys, prefix: "survivor-\(round)", lanes: lanes)
        try await survivor.wait(for: lanes)
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...150)))
        var acknowledged: [FaultLoad.Acknowledgement] = []
        switch fault {
        case .writer:
            acknowledged = try await victim.killed(after: 0)
        case .postgres:
            try await cluster.kill()
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...300)))
            try await cluster.restart()
        case .both:
            if Bool.random() {
                try await cluster.kill()
                acknowledged = try await victim.killed(after: 0)
            } else {
                acknowledged = try await victim.killed(after: 0)
                try await cluster.kill()
            }
            try await cluster.restart()
        case .freeze:
            cluster.freeze()
            try await Task.sleep(for: .milliseconds(Int.random(in: 100...2_000)))
            cluster.thaw()
        }
        // Whoever survived goes on.
        let before = survivor.acknowledged.count
        try await survivor.wait(for: before + lanes)
        acknowledged += try await survivor.killed(after: 0)
        if fault != .writer, fault != .both { acknowledged += try await victim.killed(after: 0) }
        return acknowledged
    }
}
