import Access
import Backups
import EventStore
import Events
import Foundation
import HTTPTypes
import Recovery
import TestSupport
import Testing
import Time

@testable import Console
@testable import HTTPAPI

/// Backups by the console, and going back to a moment: for whom, and what it takes.
@Suite struct ConsoleBackupTests {
    private static let environment = ["DAYBOOK_BACKUP_PLAIN": "on", "DAYBOOK_INSTITUTION": "North & South Schools"]

    private static func open(
        _ body: @escaping @Sendable (Served, ConsoleDesk) async throws -> Void
    ) async throws {
        try await Served.open(with: environment) { served in
            let admin = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            try await body(served, admin)
        }
    }

    /// Waits until nothing is done any more with what a page shows.
    private static func rest(_ desk: ConsoleDesk, _ path: String) async throws -> String {
        var page = ""
        let rests = try await eventually(every: .milliseconds(25)) {
            page = try await desk.get(path).text
            return !page.contains("data-open")
        }
        #expect(rests, "\(path)")
        return page
    }

    private static func make(
        _ desk: ConsoleDesk,
        _ kind: String,
        _ description: String = "",
        once: String = ""
    ) async throws -> String {
        let form = try await desk.formToken("/console/backups")
        let answer = try await desk.post(
            "/console/backups",
            ["form": form, "kind": kind, "repository": "main", "description": description, "once": once]
        )
        #expect(answer.status == 303, "\(answer)")
        return try #require(answer.headers[.location])
    }

    @Test func schedulesAreSetByAFormAndEnded() async throws {
        try await Self.open { served, admin in
            let page = "/console/backups/schedules"
            let empty = try await admin.get(page).text
            #expect(empty.contains("There is none"))
            let form = try await admin.formToken(page)
            var fields = [
                "form": form, "scheduleId": "nightly", "kind": "incremental", "repository": "main",
                "frequency": "daily", "time": "02:30", "weekday": "1", "day": "", "seconds": "",
                "zone": "Europe/Berlin", "keep-last": "7", "keep-days": "", "keep-daily": "", "keep-weekly": "8",
                "keep-monthly": "", "keep-yearly": "",
            ]
            #expect(try await admin.post(page, fields).status == 303)
            let schedule = try #require(try await served.system.backups.schedules().first)
            #expect(schedule.minutes == 150 && schedule.zone == "Europe/Berlin" && schedule.frequency == .daily)
            #expect(schedule.retention?.last == 7 && schedule.retention?.weekly == 8 && schedule.retention?.days == nil)
            let listed = try await admin.get(page).text
            #expect(listed.contains("every day at 02:30, Europe/Berlin") && listed.contains("the newest 7, weekly: 8"))
            // What is wrong is said by its label, and what was filled in stays.
            for (name, value, told) in [
                ("zone", "Mars/Base", "Mars/Base is no IANA time zone."), ("keep-days", "many", "Keep: "),
                ("scheduleId", "Every Night", "Name: "), ("frequency", "seldom", "How often: "),
                ("time", "", "all others a time"),
                ("scheduleId", "", "Name: "), ("repository", "nowhere", "no backup repository of that name"),
                ("keep-last", "-1", "Keep: "),
            ] {
                let refused = try await admin.post(page, fields.merging([name: value]) { $1 })
                #expect(refused.status == 422 && refused.text.contains("role=\"alert\""), "\(name): \(refused)")
                let notice = refused.text.firstMatch(of: /<div class="notice bad" role="alert">[^<]*<p>([^<]*)/)
                #expect(notice?.1.contains(told) == true, "\(name): \(notice?.1 ?? "")")
                #expect(name == "zone" || refused.text.contains("value=\"Europe/Berlin\""), "\(name)")
            }
            #expect(try await served.system.backups.schedules().count == 1)
            fields.merge(["scheduleId": "often", "frequency": "continuous", "seconds": "30"]) { $1 }
            #expect(try await admin.post(page, fields).status == 303)
            #expect(try await admin.get(page).text.contains("every 30 s"))
            for name in ["nightly", "often"] {
                #expect(try await admin.post("\(page)/cancel", ["form": form, "schedule": name]).status == 303)
            }
            #expect(try await admin.post("\(page)/cancel", ["form": form, "schedule": "often"]).status == 404)
            #expect(try await served.system.backups.schedules().isEmpty)
        }
    }

    @Test func aBackupIsRemovedOnceItsNameWasTyped() async throws {
        try await Self.open { served, admin in
            let path = try await Self.make(admin, "full")
            let page = try await Self.rest(admin, path)
            #expect(page.contains("Remove it for good") && !page.contains("Copy it to"), "there is one repository")
            let id = String(path.split(separator: "/").last ?? "")
            let form = try await admin.formToken(path)
            for typed in ["", "yes", id + " "] {
                let refused = try await admin.post(
                    "\(path)/remove",
                    ["form": form, "repository": "main", "confirmation": typed]
                )
                #expect(refused.status == 400 && refused.text.contains(id), "\(refused)")
            }
            #expect(try await admin.post("\(path)/copy", ["form": form, "repository": "main"]).status == 409)
            #expect(try await admin.post("\(path)/copy", ["form": form, "repository": "nowhere"]).status == 404)
            #expect(try await served.system.backups.backup(id).places == ["main"])
            let removed = try await admin.post(
                "\(path)/remove",
                ["form": form, "repository": "main", "confirmation": id, "reason": "No <b>room</b>"]
            )
            #expect(removed.status == 303, "\(removed)")
            #expect(try await admin.get(path).text.contains("nowhere: it was removed"))
            let said = try await served.system.store.reader.events(from: 0, types: [Events.Backups.Removed.type])
            #expect(try said.map { try $0.decode(Events.Backups.Removed.self).reason } == ["No <b>room</b>"])
        }
    }

    @Test func backupsAreMadeVerifiedAndRehearsedByForms() async throws {
        try await Self.open { served, admin in
            let asked = try await admin.get("/console/backups").text
            let once = String(try #require(asked.firstMatch(of: /name="once" value="([^"]+)"/)).1)
            let path = try await Self.make(admin, "full", "<b>before</b> the move", once: once)
            // Sent again while it is made, and when it is made, it is the same one.
            #expect(try await Self.make(admin, "full", "<b>before</b> the move", once: once) == path)
            let page = try await Self.rest(admin, path)
            #expect(page.contains("state healthy\">completed"), "\(page)")
            #expect(page.contains("&lt;b&gt;before&lt;/b&gt; the move") && page.contains("never: nobody knows"))
            // What was recorded since, that it was made among it, would be lacking: for whoever asks.
            #expect(page.contains("href=\"\(path)?content=yes\"") && !page.contains("backups.completed"), "\(page)")
            let content = try await admin.get("\(path)?content=yes").text
            #expect(content.contains("backups.completed"), "\(content)")
            let id = String(path.split(separator: "/").last ?? "")
            #expect(page.contains("daybook backup restore \(id) --data-dir"))
            let form = try await admin.formToken(path)
            #expect(try await admin.post("\(path)/verify", ["form": form, "depth": "full"]).status == 303)
            #expect(try await Self.rest(admin, path).contains("state healthy\">sound"))
            #expect(try await admin.post("\(path)/rehearse", ["form": form]).status == 303)
            let rehearsed = try await Self.rest(admin, path)
            #expect(rehearsed.contains("state healthy\">passed"), "\(rehearsed)")
            // One that goes on from it shows what it rests on.
            let next = try await Self.make(admin, "incremental")
            let increment = try await Self.rest(admin, "\(next)?content=yes")
            #expect(increment.contains("<a href=\"\(path)\"><code>\(id)</code></a>"), "\(increment)")
            let list = try await admin.get("/console/backups?count=yes").text
            #expect(list.contains(path) && list.contains(next) && list.contains("2 finished, 0 not"), "\(list)")
            for (address, fields) in [
                ("/console/backups", ["kind": "half"]), ("\(path)/verify", ["depth": "deep"]),
                ("/console/backups", ["kind": "full", "description": "a\u{202E}b"]),
            ] {
                let answer = try await admin.post(address, fields.merging(["form": form]) { $1 })
                #expect(answer.status == 400, "\(address): \(answer)")
            }
            // What is in it, when that cannot be read, keeps nothing else from being shown.
            let place = try #require(served.system.backups.repositories.first).place
            for file in try FileManager.default.subpathsOfDirectory(atPath: place)
            where file.hasSuffix(BackupManifest.fileName) && file.contains(id) {
                try FileManager.default.removeItem(atPath: "\(place)/\(file)")
                try FileManager.default.createDirectory(atPath: "\(place)/\(file)", withIntermediateDirectories: true)
            }
            let damaged = try await admin.get("\(path)?content=yes")
            #expect(damaged.status == 200 && damaged.text.contains("notice bad"), "\(damaged)")
            // Nor is it read for a page that nobody asked to show it.
            let unread = try await admin.get(path)
            #expect(unread.status == 200 && !unread.text.contains("notice bad"), "\(unread)")
            let control = ["form": form, "kind": "full", "description": "a\u{0}b"]
            #expect(try await admin.post("/console/backups", control).status == 422)
            #expect(try await served.system.backups.backups().count == 2)
        }
    }

    @Test func aBackupIsTakenAwayByWhoMayTakeItAway() async throws {
        try await Self.open { served, admin in
            let path = try await Self.make(admin, "full")
            let page = try await Self.rest(admin, path)
            #expect(page.contains("href=\"\(path)/file\""), "\(page)")
            let id = String(path.split(separator: "/").last ?? "")
            let file = try await admin.get("\(path)/file")
            #expect(file.status == 200, "\(file.status)")
            #expect(file.headers[.contentDisposition] == "attachment; filename=\"\(id).tar\"")
            #expect(file.headers[values: .contentSecurityPolicy].count == 1)
            #expect(file.headers[.cacheControl] == "no-store")
            // Whole, as a browser with the cookie has it: tar reads it, the manifest last.
            let tar = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString).tar")
                .path
            defer { try? FileManager.default.removeItem(atPath: tar) }
            let cookies = admin.cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
            let address = "http://127.0.0.1:\(served.port)\(path)/file"
            _ = try await Program.run(["curl", "-s", "-o", tar, "-H", "Cookie: \(cookies)", address])
            let names = try await Program.run(["tar", "-tf", tar]).output.split(separator: "\n").map(String.init)
            #expect(names.count > 1 && names.last == "\(id)/\(BackupManifest.fileName)", "\(names)")
            let taken = try await served.system.store.reader.events(from: 0, types: [Events.Backups.Downloaded.type])
            #expect(taken.map(\.header.actor) == [FirstStart.administrator, FirstStart.administrator])
            // To look at it is not to have it.
            let looker = try await ConsoleDesk.signedIn(served, try await served.token(of: "looker"))
            try await served.grant(["backups:read"], to: "looker", in: "institution", role: "looker")
            try await served.settle()
            let seen = try await looker.get(path)
            #expect(seen.status == 200 && !seen.text.contains("\(path)/file"), "\(seen)")
            #expect(try await looker.get("\(path)/file").status == 403)
        }
    }

    @Test func ofALongChainBothEndsAreShown() {
        func shown(_ chain: [String]) -> [String] {
            let links = ConsoleSite.links(chain, of: "x")
            return links.first.compactMap { $0["id"] as? String } + ["\(links.left)"]
                + links.last.compactMap { $0["id"] as? String }
        }
        #expect(shown(["a", "x"]) == ["a", "x", "0"])
        #expect(shown(["a", "b", "c", "d", "e", "x"]) == ["a", "b", "c", "d", "e", "x", "0"])
        let long = (0..<9_999).map { "b\($0)" } + ["x"]
        #expect(shown(long) == ["b0", "b1", "b2", "9994", "b9997", "b9998", "x"])
        #expect(ConsoleSite.links(long, of: "x").last.map { $0["isThis"] as? Bool } == [false, false, true])
    }

    @Test func whoMayOnlyLookSeesNoFormsAndNoFormWorksWithoutItsToken() async throws {
        try await Self.open { served, admin in
            let path = try await Self.make(admin, "full")
            _ = try await Self.rest(admin, path)
            let looker = try await ConsoleDesk.signedIn(served, try await served.token(of: "looker"))
            try await served.grant(["backups:read"], to: "looker", in: "institution", role: "looker")
            try await served.settle()
            for page in ["/console/backups", path] {
                let answer = try await looker.get(page)
                #expect(answer.status == 200, "\(page): \(answer)")
                #expect(!answer.text.contains("action=\"/console/backups"), "\(page)")
                #expect(!answer.text.contains("/console/backups/restore"), "\(page)")
            }
            let own = try await looker.formToken("/console/backups")
            let forms: [(String, [String: String])] = [
                ("/console/backups", ["kind": "full"]), ("\(path)/verify", ["depth": "quick"]),
                ("\(path)/rehearse", [:]),
                ("\(path)/cancel", [:]), ("/console/backups/restore/preview", ["position": "1"]),
                ("/console/backups/restore", ["token": "a", "reason": "b", "confirmation": "c"]),
            ]
            for (address, fields) in forms {
                #expect(
                    try await looker.post(address, fields.merging(["form": own]) { $1 }).status == 403,
                    "\(address)"
                )
                for form in ["", own] {
                    let answer = try await admin.post(address, fields.merging(["form": form]) { $1 })
                    #expect(answer.status == 403 && answer.text.contains("not sent by a page"), "\(address): \(answer)")
                }
            }
            #expect(try await looker.get("/console/backups/restore").status == 403)
            let known = try await served.system.backups.backups()
            #expect(known.count == 1 && known[0].verifiedAt == nil && known[0].rehearsedAt == nil)
        }
    }

    /// A role that got a permission after a moment, and that moment.
    private static func change(_ served: Served) async throws -> Int64 {
        let defined = try await served.system.access.defineRole(
            DefineRole(
                roleID: "clerk",
                branch: "institution",
                name: "<i>Clerk</i>",
                permissionIDs: ["rbac.roles:read"]
            ),
            Served.admin
        )
        _ = try await served.system.access.assignPermissionToRole(
            AssignPermission(roleID: "clerk", permissionID: "rbac.roles:list"),
            Served.admin
        )
        try await served.settle()
        return try #require(defined.receipt?.events.last?.position)
    }

    private static func permissions(_ served: Served) async throws -> Set<String> {
        try await served.settle()
        return Set(try await served.system.access.getRoleById("clerk").value.permissionIDs)
    }

    private static func token(_ page: String) throws -> String {
        String(try #require(page.firstMatch(of: /name="token" value="([^"]+)"/), "\(page)").1)
    }

    @Test func aRestoreIsPreviewedAndCarriedOutOnlyOnceItWasTypedWhereTo() async throws {
        try await Self.open { served, admin in
            let position = try await Self.change(served)
            let form = try await admin.formToken("/console/backups/restore")
            let preview = try await admin.post(
                "/console/backups/restore/preview",
                ["form": form, "position": Figure.grouped(position)]
            )
            #expect(preview.status == 200, "\(preview)")
            #expect(preview.text.contains("rbac.roles:list") && preview.text.contains("hold no more"))
            #expect(preview.text.contains("&lt;i&gt;Clerk&lt;/i&gt;"))
            // What was previewed by a form is gone back to by its page.
            #expect(preview.text.contains("name=\"next\" value=\"/console/backups/restore\""), "\(preview)")
            var fields = [
                "form": form, "position": "\(position)", "token": try Self.token(preview.text), "reason": "A mistake.",
            ]
            for typed in ["", "yes", "\(position + 1)", "North", "north & south schools"] {
                fields["confirmation"] = typed
                let answer = try await admin.post("/console/backups/restore", fields)
                #expect(answer.status == 422 && answer.text.contains("Nothing was changed"), "\(typed): \(answer)")
                fields["token"] = try Self.token(answer.text)
            }
            fields["confirmation"] = "\(position)"
            fields["reason"] = " "
            let silent = try await admin.post("/console/backups/restore", fields)
            #expect(silent.status == 422 && silent.text.contains("Say why"), "\(silent)")
            #expect(try await Self.permissions(served) == ["rbac.roles:read", "rbac.roles:list"])
            fields["token"] = try Self.token(silent.text)
            fields["reason"] = "A mistake."
            let done = try await admin.post("/console/backups/restore", fields)
            #expect(done.status == 303, "\(done)")
            let place = try #require(done.headers[.location])
            let shown = try await admin.get(place)
            #expect(shown.status == 200 && shown.text.contains("It was done"), "\(shown)")
            #expect(try await Self.permissions(served) == ["rbac.roles:read"])
            // Sent again, it is told once more and not done once more; nobody else sees it, and nothing else is one.
            let before = try await served.system.store.head().size
            let again = try await admin.post("/console/backups/restore", fields)
            #expect(again.status == 303 && again.headers[.location] == place, "\(again)")
            let since = try await served.system.store.reader.events(
                from: before,
                below: .max,
                types: [Events.Recovery.Restored.type],
                limit: 1
            )
            #expect(since.isEmpty)
            let stranger = try await ConsoleDesk.signedIn(served, try await served.token(of: "stranger"))
            #expect(try await stranger.get(place).status == 404)
            #expect(try await admin.get("/console/backups/restored/1").status == 404)
            // Another one undoes it, confirmed by the institution's name, to a time.
            let event = try #require(shown.text.firstMatch(of: /href="\/console\/history\/(\d+)"/)).1
            let earlier = try #require(Int64(event)) - 1
            let back = try await admin.post(
                "/console/backups/restore/preview",
                ["form": form, "position": "\(earlier)"]
            )
            fields["token"] = try Self.token(back.text)
            fields["confirmation"] = "North &  South Schools "
            #expect(try await admin.post("/console/backups/restore", fields).status == 303)
            #expect(try await Self.permissions(served) == ["rbac.roles:read", "rbac.roles:list"])
            for moment in [["position": "99999999"], ["position": "x"], ["time": "2999-01-01T00:00"], [:]] {
                let answer = try await admin.post(
                    "/console/backups/restore/preview",
                    moment.merging(["form": form]) { $1 }
                )
                #expect(answer.status == 422 && answer.text.contains("role=\"alert\""), "\(moment): \(answer)")
            }
        }
    }

    @Test func whoMayOnlyPreviewRestoresNothingAndNobodyByThePreviewOfAnother() async throws {
        try await Self.open { served, admin in
            let position = try await Self.change(served)
            let looker = try await ConsoleDesk.signedIn(served, try await served.token(of: "looker"))
            try await served.grant(
                ["recovery:preview", "recovery:restore"],
                to: "looker",
                in: "institution",
                role: "looker"
            )
            let form = try await looker.formToken("/console/backups/restore")
            let seen = try await looker.post(
                "/console/backups/restore/preview",
                ["form": form, "position": "\(position)"]
            )
            #expect(seen.status == 200 && seen.text.contains("all of administration"), "\(seen)")
            #expect(!seen.text.contains("name=\"confirmation\""))
            let own = try await admin.formToken("/console/backups/restore")
            let preview = try await admin.post(
                "/console/backups/restore/preview",
                ["form": own, "position": "\(position)"]
            )
            let fields = [
                "position": "\(position)", "token": try Self.token(preview.text), "reason": "A mistake.",
                "confirmation": "\(position)",
            ]
            let refused = try await looker.post("/console/backups/restore", fields.merging(["form": form]) { $1 })
            #expect(refused.status == 403, "\(refused)")
            let forged = fields.merging(["form": own, "token": "nonsense"]) { $1 }
            let unknown = try await admin.post("/console/backups/restore", forged)
            #expect(unknown.status == 422 && unknown.text.contains("not the token of a preview"), "\(unknown)")
            #expect(try await Self.permissions(served) == ["rbac.roles:read", "rbac.roles:list"])
        }
    }

    @Test func aMomentIsOnePositionOrOneTime() throws {
        let time = try #require(Timestamp(rfc3339: "2026-01-31T08:30:00Z"))
        #expect(RestoreMoment(position: "1,234").target == .position(1_234))
        for text in ["2026-01-31T08:30", "2026-01-31T08:30:00", "2026-01-31T08:30:00Z"] {
            #expect(RestoreMoment(position: "", time: text).target == .time(time), "\(text)")
        }
        for (position, text) in [("", ""), ("-1", ""), ("1x", ""), ("1", "2026-01-31T08:30"), ("", "yesterday")] {
            #expect(RestoreMoment(position: position, time: text).target == nil, "\(position) \(text)")
        }
        #expect(ConsoleSite.confirms(" 1,234 ", 1_234, "School") && ConsoleSite.confirms("School", 1_234, "School"))
        for typed in ["", " ", "school", "12345", "123", "1.234"] {
            #expect(!ConsoleSite.confirms(typed, 1_234, "School"), "\(typed)")
        }
        #expect(!ConsoleSite.confirms("", 1, ""))
    }
}
