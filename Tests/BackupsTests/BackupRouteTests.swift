import Access
import App
import Backups
import Foundation
import HTTPAPI
import JSON
import TestSupport
import Testing

/// The routes of backups, through a running server and curl.
@Suite struct BackupRouteTests {
    private struct Client: Sendable {
        var address: String
        var token: String
        var directory: String

        struct Answer: Sendable {
            var status: Int
            var json: JSONValue
        }

        func send(_ method: String, _ path: String, _ body: String? = nil, token: String? = nil) async throws -> Answer
        {
            var arguments = [
                "-s", "-w", "\n%{http_code}", "-X", method, "-H", "Authorization: Bearer \(token ?? self.token)",
            ]
            if let body { arguments += ["-H", "Content-Type: application/json", "--data-binary", body] }
            let text = try await Program.run(["curl"] + arguments + [address + path]).output
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let json = lines.dropLast().joined(separator: "\n")
            return Answer(
                status: Int(lines.last ?? "") ?? 0,
                json: (try? JSONValue(parsing: Array(json.utf8))) ?? .null
            )
        }
    }

    private static func serve(_ body: @escaping @Sendable (Client, BackupPlace) async throws -> Void) async throws {
        try await BackupPlace.open { place in
            let context = CommandContext(actor: .operator)
            let token = try await place.system.tokens.issue(to: "admin", label: nil, expiresAt: nil, context).secret
            let server = try DaybookServer(place.system)
            let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
            let serving = Task { try await server.run { continuation.yield($0) } }
            defer { serving.cancel() }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            let client = Client(address: "http://127.0.0.1:\(port)", token: token, directory: place.directory)
            do { try await body(client, place) } catch {
                serving.cancel()
                _ = await serving.result
                throw error
            }
            serving.cancel()
            _ = await serving.result
        }
    }

    private static func make(_ client: Client, _ body: String = #"{"kind":"full"}"#) async throws -> String {
        let begun = try await client.send("POST", "/backups/create", body)
        #expect(begun.status == 202)
        let id = try #require(begun.json["backupId"]?.string)
        #expect(try await settled(client, id)["state"]?.string == "completed")
        return id
    }

    /// A backup with which nothing is done any more.
    private static func settled(_ client: Client, _ id: String) async throws -> JSONValue {
        while true {
            let backup = try await client.send("GET", "/backups/\(id)").json
            if backup["state"]?.string != "running", backup["progress"] == nil { return backup }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func whoDoesNotWaitIsToldThatItHasBegunAndSeesWhatCameOfIt() async throws {
        try await Self.serve { (client, _) async throws -> Void in
            let id = try await Self.make(client)
            let verifying = try await client.send("POST", "/backups/\(id)/verify?wait=false", "{}")
            #expect(verifying.status == 202 && verifying.json["backupId"]?.string == id)
            #expect(try await Self.settled(client, id)["sound"]?.bool == true)
            let target = #"{"repository":"offsite"}"#
            #expect(try await client.send("POST", "/backups/\(id)/copy?wait=false", target).status == 202)
            #expect(try await Self.settled(client, id)["places"]?.array?.compactMap(\.string) == ["main", "offsite"])
            // What can be refused is refused at once.
            #expect(try await client.send("POST", "/backups/x/copy?wait=false", target).status == 404)
            #expect(
                try await client.send("POST", "/backups/\(id)/copy?wait=false", #"{"repository":"main"}"#).status == 409
            )
        }
    }

    @Test func aBackupIsMadeSeenVerifiedTakenAwayAndRemoved() async throws {
        try await Self.serve { (client, place) async throws -> Void in
            let id = try await Self.make(client, #"{"kind":"full","description":"by hand"}"#)
            let listed = try await client.send("GET", "/backups?available=true").json["items"]?.array ?? []
            #expect(listed.map { $0["backupId"]?.string } == [id])
            #expect(try await client.send("GET", "/backups/\(id)").json["description"]?.string == "by hand")
            #expect(try await client.send("GET", "/backups/\(id)/preview").json["size"]?.int64 ?? 0 > 0)
            #expect(try await client.send("POST", "/backups/\(id)/verify", "{}").json["sound"]?.bool == true)
            #expect(try await client.send("GET", "/backups/storage").json["repositories"]?.array?.count == 2)
            #expect(try await client.send("POST", "/backups/\(id)/copy", #"{"repository":"offsite"}"#).status == 200)
            // Taken away as a tar archive, which tar reads, and which is a repository.
            let tar = "\(client.directory)/taken.tar"
            let taken = "\(client.directory)/taken"
            try FileManager.default.createDirectory(atPath: taken, withIntermediateDirectories: true)
            _ = try await Program.run([
                "curl", "-s", "-o", tar, "-H", "Authorization: Bearer \(client.token)",
                "\(client.address)/backups/\(id)/download",
            ])
            _ = try await Program.run(["tar", "-xf", tar, "-C", taken])
            let storage = DirectoryStorage(name: "taken", path: taken)
            let report = try await BackupService.verify(id, .full, in: storage, keys: place.keys, verifiers: nil)
            #expect(report.isSound && report.events > 0, "\(report.findings)")
            #expect(try await client.send("DELETE", "/backups/\(id)?repository=offsite").status == 204)
            #expect(try await client.send("DELETE", "/backups/\(id)?reason=done").status == 204)
            #expect(try await client.send("GET", "/backups/\(id)/preview").status == 404)
        }
    }

    @Test func whatIsTakenAwayIsOneBackupWhateverBecameOfThoseThatItRestsOn() async throws {
        try await Self.serve { (client, place) async throws -> Void in
            let full = try await Self.make(client)
            let increment = try await Self.make(client, #"{"kind":"incremental"}"#)
            try FileManager.default.removeItem(atPath: "\(place.repository)/\(full)/\(BackupManifest.fileName)")
            #expect(try await client.send("GET", "/backups/\(increment)/preview").status == 409)
            #expect(try await client.send("GET", "/backups/\(increment)/download").status == 200)
            #expect(try await client.send("GET", "/backups/\(full)/download").status == 404)
        }
    }

    @Test func aRestoreIsRehearsedAndTheBackupSaysHowItWent() async throws {
        try await Self.serve { (client, _) async throws -> Void in
            let id = try await Self.make(client)
            #expect(try await client.send("POST", "/backups/no-such/rehearse").status == 404)
            #expect(try await client.send("POST", "/backups/\(id)/cancel").status == 409)
            let begun = try await client.send("POST", "/backups/\(id)/rehearse")
            #expect(begun.status == 202 && begun.json["backupId"]?.string == id)
            // Only one thing at a time is done with a backup; on a busy machine the first may be over.
            let again = try await client.send("POST", "/backups/\(id)/rehearse").status
            let isOver = try await client.send("GET", "/backups/\(id)").json["rehearsedAt"] != nil
            #expect(again == 409 || isOver && again == 202)
            var seen = try await client.send("GET", "/backups/\(id)").json
            while seen["progress"] != nil || seen["rehearsedAt"] == nil {
                try await Task.sleep(for: .milliseconds(20))
                seen = try await client.send("GET", "/backups/\(id)").json
            }
            #expect(seen["rehearsalPassed"]?.bool == true, "\(seen["rehearsalFinding"]?.string ?? "")")
        }
    }

    @Test func onlyAnAdministratorHasTheKeysPutIn() async throws {
        try await Self.serve { (client, place) async throws -> Void in
            try await place.register(["keeper"])
            let context = CommandContext(actor: .operator)
            #expect(try await client.send("POST", "/rbac/roles", #"{"roleId":"keeper","name":"Keeper"}"#).status == 201)
            for permission in ["backups:manage", "backups:read"] {
                let command = AssignPermission(roleID: "keeper", permissionID: permission)
                _ = try await place.system.access.assignPermissionToRole(command, context)
            }
            let command = AssignRole(userID: "keeper", roleID: "keeper")
            _ = try await place.system.access.assignRoleToUser(command, context)
            let token = try await place.system.tokens.issue(to: "keeper", label: nil, expiresAt: nil, context).secret
            let body = #"{"kind":"full","escrowKeys":true}"#
            #expect(try await client.send("POST", "/backups/create", body, token: token).status == 403)
            #expect(try await place.service.backups().isEmpty)
            #expect(try await client.send("POST", "/backups/create", #"{"kind":"full"}"#, token: token).status == 202)
            _ = try await Self.make(client, body)
        }
    }

    @Test func schedulesAreSetListedAndEnded() async throws {
        try await Self.serve { (client, _) async throws -> Void in
            let good =
                #"{"scheduleId":"nightly","kind":"full","frequency":"daily","time":"02:30","zone":"Europe/Berlin","keep":{"last":3}}"#
            #expect(try await client.send("POST", "/backups/schedule", good).status == 200)
            let items = try await client.send("GET", "/backups/schedule").json["items"]?.array ?? []
            #expect(items.first?["scheduleId"]?.string == "nightly" && items.first?["nextAt"]?.string != nil)
            for bad in [
                good.replacing("02:30", with: "25:30"), good.replacing("Europe/Berlin", with: "Mars/Olympus"),
                good.replacing("daily", with: "weekly"), good.replacing("full", with: "half"), "{}",
            ] {
                #expect(try await (400..<500).contains(client.send("POST", "/backups/schedule", bad).status), "\(bad)")
            }
            #expect(try await client.send("DELETE", "/backups/schedule/nightly").status == 200)
            #expect(try await client.send("DELETE", "/backups/schedule/nightly").status == 404)
            #expect(try await client.send("GET", "/backups/schedule").json["items"]?.array?.isEmpty == true)
        }
    }

    @Test func aScheduleMakesItsBackups() async throws {
        try await Self.serve { (client, place) async throws -> Void in
            let body = #"{"scheduleId":"shipping","kind":"incremental","frequency":"continuous","seconds":1}"#
            #expect(try await client.send("POST", "/backups/schedule", body).status == 200)
            func made(_ kind: String) async throws -> Int {
                let items = try await client.send("GET", "/backups?available=true").json["items"]?.array ?? []
                return items.count { $0["kind"]?.string == kind && $0["state"]?.string == "completed" }
            }
            // With nothing to go on from, a full one.
            while try await made("full") == 0 { try await Task.sleep(for: .milliseconds(50)) }
            try await place.register(["late"])
            while try await made("incremental") == 0 { try await Task.sleep(for: .milliseconds(50)) }
        }
    }

    @Test func theLogThatRunsIsPutBackInPlaceAfterAPreview() async throws {
        try await Self.serve { (client, _) async throws -> Void in
            let id = try await Self.make(client)
            #expect(try await client.send("POST", "/rbac/roles", #"{"roleId":"later","name":"Later"}"#).status == 201)
            let preview = try await client.send("POST", "/backups/\(id)/restore", "{}")
            #expect(preview.status == 200)
            let token = try #require(preview.json["previewToken"]?.string)
            let other = try await Self.make(client)
            let wrong = #"{"previewToken":"\#(token)","reason":"test"}"#
            #expect(try await client.send("POST", "/backups/\(other)/restore", wrong).status == 409)
            let again = try await client.send("POST", "/backups/\(id)/restore", "{}")
            let fresh = try #require(again.json["previewToken"]?.string)
            let done = #"{"previewToken":"\#(fresh)","reason":"test"}"#
            #expect(try await client.send("POST", "/backups/\(id)/restore", done).status == 200)
            #expect(try await client.send("GET", "/rbac/roles/later").status == 404)
        }
    }

    @Test func theLogIsPutBackToASoundBackupThoughAnotherIsLost() async throws {
        try await Self.serve { (client, place) async throws -> Void in
            let lost = try await Self.make(client)
            let id = try await Self.make(client)
            try FileManager.default.removeItem(atPath: "\(place.repository)/\(lost)")
            let report = try await client.send("POST", "/backups/\(id)/verify", "{}").json
            #expect(report["sound"]?.bool == true)
            let others = report["others"]?.array ?? []
            #expect(others.map { $0["backupId"]?.string } == [lost])
            #expect(try await client.send("POST", "/backups/\(id)/restore", "{}").status == 200)
            // One that is not sound itself is refused.
            try place.damage(id)
            #expect(try await client.send("POST", "/backups/\(id)/restore", "{}").status == 409)
        }
    }

    @Test func whatDoesNotMakeSenseIsRefused() async throws {
        try await Self.serve { (client, _) async throws -> Void in
            for body in [
                "{}", #"{"kind":"half"}"#, #"{"kind":"full","baseId":"x"}"#, #"{"kind":"full","repository":"../x"}"#,
            ] {
                #expect(try await (400..<500).contains(client.send("POST", "/backups/create", body).status), "\(body)")
            }
            #expect(try await client.send("POST", "/backups/create", #"{"kind":"incremental"}"#).status == 409)
            #expect(
                try await client.send("POST", "/backups/create", #"{"kind":"full","repository":"none"}"#).status == 404
            )
            for path in [
                "/backups/none", "/backups/none/preview", "/backups/..%2F..%2Fetc/preview", "/backups/none/download",
            ] {
                #expect(try await client.send("GET", path).status == 404)
            }
            #expect(try await (400..<500).contains(client.send("POST", "/backups/prune", #"{"keep":{}}"#).status))
        }
    }
}
