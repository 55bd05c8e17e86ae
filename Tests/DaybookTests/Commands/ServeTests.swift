import Foundation
import TestSupport
import Testing

/// The server as a process, on a private cluster.
@Suite struct ServeTests {
    @Test func theFirstStartShowsATokenOnceAndTheSecondFindsItsData() async throws {
        try await Workplace.withPrivateCluster { place in
            let (first, address, said) = try await place.serve()
            let token = try #require(said.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("dbk_") })
            #expect(said.contains("“admin”"))
            let roles = try await Web.get("\(address)/rbac/roles", token: String(token))
            #expect(roles.status == 200)
            #expect(roles.body.contains("\"roleId\":\"admin\""))
            first.send(SIGINT)
            let end = try await first.outcome()
            #expect(end.status == 0)
            #expect(end.errors.contains("Daybook has stopped."))
            #expect(!place.clusterRuns)

            let (second, address2, said2) = try await place.serve()
            #expect(!said2.contains("dbk_"))
            #expect(try await Web.get("\(address2)/rbac/roles", token: String(token)).status == 200)
            second.send(SIGTERM)
            #expect(try await second.outcome().status == 0)
            #expect(!place.clusterRuns)
        }
    }

    @Test func aServerThatStopsTellsItsSocketsToComeBack() async throws {
        try await Workplace.withDatabase { place in
            let (server, address, said) = try await place.serve()
            let token = try #require(said.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("dbk_") })
            let script = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
                .appendingPathComponent("../../AppTests/Clients/inbox.py").standardizedFileURL
            let socket = try DaybookProcess(
                executable: URL(fileURLWithPath: "/usr/bin/python3"),
                [
                    script.path, address.replacing("http://", with: "ws://") + "/notifications/socket?after=0",
                    String(token),
                ],
                environment: [:]
            )
            _ = try await socket.output(containing: "\"unread\":")
            let asked = ContinuousClock.now
            server.send(SIGTERM)
            #expect(try await server.outcome().status == 0)
            #expect(.now - asked < .seconds(20))
            #expect(try await socket.outcome().output.contains("closed 1001"))
        }
    }

    @Test func tokensAreIssuedBeforeTheServerAndBesideIt() async throws {
        try await Workplace.withPrivateCluster { place in
            let before = try await place.run("token", "issue", "--user", "admin")
            #expect(before.status == 0)
            let token = before.output.dropLast()
            #expect(before.output == "\(token)\n")
            #expect(token.hasPrefix("dbk_"))
            #expect(token.allSatisfy { !$0.isWhitespace })

            let (server, address, said) = try await place.serve()
            #expect(!said.contains("dbk_"))
            #expect(try await Web.get("\(address)/rbac/roles", token: String(token)).status == 200)
            let beside = try await place.output("token", "issue", "--user", "nia", "--label", "for a test").dropLast()
            // She may sign in, and nothing more.
            #expect(try await Web.get("\(address)/rbac/roles", token: String(beside)).status == 403)
            #expect(try await Web.get("\(address)/readyz").status == 200)

            try await place.output("token", "revoke", String(beside), "--reason", "found in a bin")
            #expect(try await Web.get("\(address)/rbac/roles", token: String(beside)).status == 401)
            let list = try await place.output("token", "list", "--user", "nia")
            #expect(list.contains("revoked "))
            #expect(list.contains("for a test"))
            server.send(SIGTERM)
            #expect(try await server.outcome().status == 0)
        }
    }

    @Test func noErrorRepeatsASecretThatWasGivenByMistake() async throws {
        try await Workplace.withDatabase { place in
            let token = try await place.output("token", "issue", "--user", "admin").dropLast()
            let secret = try #require(token.split(separator: "_", maxSplits: 2).last)
            let unknown = "dbk_0192f0c17d1e7a558b1e2f1f0a6f4c11_\(secret.dropLast(3))"
            let cut = try await place.run("token", "revoke", unknown)
            #expect(cut.status == 4)
            #expect(!(cut.output + cut.errors).contains(secret.prefix(20)))
            // Of the right token a part is enough: whoever finds one wants it to end.
            #expect(try await place.run("token", "revoke", String(token.dropLast(3))).status == 0)
        }
    }

    @Test func aDatabaseThatHangsIsAnsweredWith503AndServesOnWhenItGoesOn() async throws {
        try await FaultCluster.withCluster(durability: .none) { cluster in
            let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
                "daybook-\(UUID().uuidString)"
            )
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: directory) }
            let place = Workplace(
                dataDirectory: directory.path,
                databaseURL: cluster.connectionURL,
                settings: ["DAYBOOK_STATEMENT_TIMEOUT_SECONDS": "1"]
            )
            let (server, address, said) = try await place.serve()
            let token = try #require(said.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("dbk_") })
            let paths = [
                "/readyz", "/rbac/roles", "/rbac/permissions", "/audit/events", "/log/checkpoint", "/projections",
                "/logs/requests",
            ]
            for path in paths {
                #expect(try await Web.get(address + path, token: String(token)).status == 200, "\(path)")
            }
            cluster.freeze()
            let statuses = try await withThrowingTaskGroup(of: (String, Int).self) { group in
                for path in paths {
                    // They may have to wait behind a question that hung before theirs.
                    group.addTask {
                        (path, try await Web.get(address + path, token: String(token), patience: 120).status)
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(try await Web.get("\(address)/livez").status == 200)
            cluster.thaw()
            for path in paths { #expect(statuses[path] == 503, "\(path)") }
            while try await Web.get("\(address)/readyz").status != 200 {}
            for path in paths {
                #expect(try await Web.get(address + path, token: String(token)).status == 200, "\(path)")
            }
            server.send(SIGTERM)
            #expect(try await server.outcome().status == 0)
        }
    }

    @Test func aServerWhoseKeyAnotherOneRetiredIsNotReady() async throws {
        try await Workplace.withDatabase { place in
            let (server, address, _) = try await place.serve()
            #expect(try await Web.get("\(address)/readyz").status == 200)
            let other = Workplace(dataDirectory: place.file("other"), databaseURL: place.databaseURL)
            try FileManager.default.createDirectory(atPath: other.dataDirectory, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: place.file("keys"), toPath: other.file("keys"))
            try await other.output("keys", "rotate")
            let answer = try await Web.get("\(address)/readyz")
            #expect(answer.status == 503)
            #expect(answer.body.contains("signing key"))
            server.send(SIGINT)
            #expect(try await server.outcome().status == 0)
        }
    }

    @Test func whatIsInTheWayIsNamedAndTheFirstServerIsNotDisturbed() async throws {
        try await Workplace.withPrivateCluster { place in
            let (server, address, _) = try await place.serve()
            let sameDirectory = try await place.run("serve", "--port", "0")
            #expect(sameDirectory.status == 4)
            #expect(sameDirectory.errors.contains("A server is running on \(place.dataDirectory) already."))
            let port = try #require(address.split(separator: ":").last)
            try await Workplace.withDatabase { other in
                let samePort = try await other.run("serve", "--port", String(port))
                #expect(samePort.status == 4)
                #expect(samePort.errors.contains("Another program listens on 127.0.0.1, port \(port) already."))
            }
            #expect(try await Web.get("\(address)/readyz").status == 200)
            server.send(SIGINT)
            #expect(try await server.outcome().status == 0)
        }
    }

    @Test func aServerThatWasKilledIsStartedAgainWithAllItsEvents() async throws {
        try await Workplace.withPrivateCluster { place in
            let (server, _, _) = try await place.serve()
            let token = try await place.output("token", "issue", "--user", "nia").dropLast()
            server.send(SIGKILL)
            #expect(try await server.outcome().status == -SIGKILL)
            let (again, address, _) = try await place.serve()
            #expect(try await Web.get("\(address)/rbac/roles", token: String(token)).status == 403)
            again.send(SIGTERM)
            #expect(try await again.outcome().status == 0)
            #expect(try await place.run("verify").status == 0)
            #expect(!place.clusterRuns)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aFirstStartThatIsGivenUpLeavesNothingRunning(signal: Int32) async throws {
        var wasInTime = false
        // On a busy machine a start may be done before the signal is sent; then it is another's test.
        for _ in 0..<5 where !wasInTime {
            try await Workplace.withPrivateCluster { place in
                let server = try place.start("serve", "--port", "0")
                _ = try await server.errors(containing: "Making a private PostgreSQL cluster")
                server.send(signal)
                let end = try await server.outcome()
                #expect(!place.clusterRuns)
                wasInTime = end.status != 0
                guard wasInTime else { return }
                #expect(end.status == 1)
                #expect(end.errors.contains("Stopped before it was done."))
                #expect(try await place.output("token", "issue", "--user", "admin").hasPrefix("dbk_"))
            }
        }
        #expect(wasInTime)
    }

    @Test func aTerminalThatGoesAwayStopsTheServerUnlessItWasToldOtherwise() async throws {
        try await Workplace.withDatabase { place in
            let (server, _, _) = try await place.serve()
            server.send(SIGHUP)
            #expect(try await server.outcome().status == 0)

            let lasting = try DaybookProcess(
                executable: URL(fileURLWithPath: "/usr/bin/nohup"),
                [try DaybookProcess.executable.path, "serve", "--port", "0", "--data-dir", place.dataDirectory],
                environment: place.environment
            )
            let said = try await lasting.output(containing: "listens on ")
            lasting.send(SIGHUP)
            let address = try #require(said.split(whereSeparator: \.isWhitespace).last)
            #expect(try await Web.get("\(address)/livez").status == 200)
            lasting.send(SIGTERM)
            #expect(try await lasting.outcome().status == 0)
        }
    }

    @Test func theServerNeedsNoMoreThanTheWritersRightsOnceTheDatabaseIsUpToDate() async throws {
        try await Workplace.withDatabase { owner in
            try await owner.output("migrate")
            let url = try #require(owner.databaseURL)
            let role = "app_\(UInt32.random(in: 0 ... .max))"
            try await Psql.run("create role \(role); grant daybook_writer to \(role);", on: url)
            let lesser = Workplace(
                dataDirectory: owner.dataDirectory,
                databaseURL: "\(url)&options=-c%20role%3D\(role)"
            )
            let (server, address, said) = try await lesser.serve()
            let token = try #require(said.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("dbk_") })
            #expect(try await Web.get("\(address)/rbac/roles", token: String(token)).status == 200)
            server.send(SIGTERM)
            #expect(try await server.outcome().status == 0)
            // Comparing the schema takes the rights to make one.
            #expect(try await lesser.run("verify").status == 6)
            #expect(try await lesser.run("verify", "--events-only").status == 0)
            try await Psql.run("drop role \(role)", on: url)
        }
    }

    @Test func quietMakesNoTokenThatNobodyKnows() async throws {
        try await Workplace.withDatabase { place in
            let (server, _, said) = try await place.serve("--quiet")
            #expect(said.hasPrefix("Daybook listens on http://127.0.0.1:"))
            server.send(SIGTERM)
            let end = try await server.outcome()
            #expect(end.status == 0)
            #expect(end.errors.isEmpty)
            #expect(try await place.output("token", "list", "--json").isEmpty)
        }
    }

    @Test func machinesGetAddressAndTokenAsJSON() async throws {
        try await Workplace.withDatabase { place in
            let server = try place.start("serve", "--port", "0", "--json")
            let said = try await server.output(containing: "\"address\":\"http://127.0.0.1:")
            let lines = said.split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("{\"administrator\":\"admin\",\"token\":\"dbk_") })
            // What is logged is JSON as well, on the same stream.
            #expect(lines.contains { $0.hasPrefix("{\"time\":") && $0.contains("\"level\":\"info\"") })
            #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
            server.send(SIGTERM)
            #expect(try await server.outcome().status == 0)
        }
    }
}

extension Workplace {
    /// Whether a server of the data directory's private cluster is there.
    var clusterRuns: Bool {
        FileManager.default.fileExists(atPath: "\(dataDirectory)/postgres/data/postmaster.pid")
    }
}
