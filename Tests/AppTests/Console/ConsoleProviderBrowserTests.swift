import Access
import Events
import Foundation
import JSON
import TestSupport
import Testing

@testable import HTTPAPI

/// Signing in by a provider that others wrote, in Chromium, over TLS: from another site and back.
@Suite(.serialized) struct ConsoleProviderBrowserTests {
    private static var isThere: Bool {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let python = root.appendingPathComponent(".build/oidc-provider-mock/bin/python").path
        return FileManager.default.isExecutableFile(atPath: python)
    }

    private static func open(
        _ body:
            @escaping @Sendable (Served, ConsoleBrowserTests.Browser, _ base: String, _ provider: String) async throws
            -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "daybook-browser-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (port, secret) = (folder.appendingPathComponent("port"), folder.appendingPathComponent("secret"))
        try await StandIn.run("tls_front.py", port.path) { front in
            let base = "https://localhost:\(front.port)"
            try await StandIn.run("openid_mock.py", "\(base)/console/sign-in/return") { provider in
                let issuer = "http://127.0.0.1:\(provider.port)"
                try Data((provider.opening["secret"]?.string ?? "").utf8).write(to: secret)
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret.path)
                let environment = [
                    "DAYBOOK_JWT_ISSUER": issuer, "DAYBOOK_PUBLIC_URL": base,
                    "DAYBOOK_OIDC_CLIENT_ID": provider.opening["client"]?.string ?? "",
                    "DAYBOOK_OIDC_CLIENT_SECRET_FILE": secret.path,
                ]
                try await Served.open(with: environment) { served in
                    try Data("\(served.port)".utf8).write(to: port)
                    let profile = folder.appendingPathComponent("profile").path
                    let browser = try ConsoleBrowserTests.Browser(trustingAnybodyWith: profile)
                    defer { browser.end() }
                    try await body(served, browser, base, issuer)
                }
            }
        }
    }

    @Test(
        .enabled(
            if: isThere,
            "oidc-provider-mock is not there: run tools/test once, which installs it under .build/oidc-provider-mock."
        )
    )
    func overToTheProviderAndBackToThePageThatWasAskedFor() async throws {
        try await Self.open { served, browser, base, provider in
            try await served.grant(["audit.events:read"], to: "ada", in: RBAC.institutionBranch, role: "reader")
            try await browser.order(["go": .string(base + "/console/history?action=role-defined")])
            try await browser.until("location.pathname === '/console/sign-in'")
            // By keyboard alone.
            try await browser.tab(to: "#provider")
            try await browser.press("Enter")
            try await browser.until("location.origin === '\(provider)' && document.querySelector('input[name=sub]')")
            try await browser.run("document.querySelector('input[name=sub]').focus()")
            try await browser.order(["type": "ada"])
            try await browser.press("Enter")
            // The strict cookie came along, though the way here was from another site.
            try await browser.until("location.origin === '\(base)' && location.pathname === '/console/history'")
            #expect(try await browser.run("location.search")?.string == "?action=role-defined")
            #expect(try await browser.run("document.querySelector('.actor').innerText")?.string == "ada")
            #expect(try await browser.run("document.cookie")?.string == "", "no script reads a cookie")
            // The address with the code is none that one comes back to.
            #expect(try await browser.run("document.referrer")?.string == "")

            try await browser.run("document.querySelector('form.leave button').click()")
            try await browser.until("location.pathname === '/console/sign-in' && document.querySelector('.notice a')")
            try await browser.run("document.querySelector('.notice a').click()")
            try await browser.until("location.origin === '\(provider)' && location.pathname === '/oauth2/end_session'")
            try await browser.order(["go": .string(base + "/console/history")])
            try await browser.until("location.pathname === '/console/sign-in'")
            let complaints = browser.complaints.filter { $0.contains(base) }
            #expect(complaints.isEmpty, "\(complaints)")
        }
    }
}
