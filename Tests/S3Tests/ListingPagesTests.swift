import Curl
import TestSupport
import Testing

@testable import S3

/// A server that says for ever that there is more keeps nobody waiting, and takes no memory.
@Suite struct ListingPagesTests {
    private static func page(_ members: [(String, String)]) throws -> XMLNode {
        let text = members.map { "<\($0.0)>\($0.1)</\($0.0)>" }.joined()
        return try #require(XMLNode(parsing: Array("<Result>\(text)</Result>".utf8)))
    }

    @Test(arguments: ["same", "none"])
    func aListingWithoutAnEndIsRefused(prefix: String) async throws {
        try await StandIn.run("s3_endless.py") { server in
            let client = S3Client(
                try #require(S3Bucket(name: "books", region: "eu-1", endpoint: "http://127.0.0.1:\(server.port)")),
                patience: .init(attempts: 1, pause: .milliseconds(1)),
                client: try CurlClient(reach: .anywhere)
            ) { () throws(S3Error) -> S3Credentials in S3Credentials(accessKeyID: "A", secretAccessKey: "hush-hush") }
            let listed = await #expect(throws: S3Error.self) { _ = try await client.list(prefix) }
            let versions = await #expect(throws: S3Error.self) { _ = try await client.versions(prefix) }
            let uploads = await #expect(throws: S3Error.self) { _ = try await client.uploads(prefix) }
            let upload = S3Upload(key: prefix, uploadID: "u")
            let parts = await #expect(throws: S3Error.self) { _ = try await client.parts(of: upload) }
            for error in [listed, versions, uploads, parts] { #expect(error?.kind == .unexpected) }
        }
    }

    @Test func aListingGoesOnWhereThePageSays() throws {
        var pages = ListingPages()
        for version in ["1", "2"] {
            let page = try Self.page([("IsTruncated", "true"), ("Key", "a"), ("Version", version)])
            let next = try pages.next(after: page, entries: 1, "Key", "Version")
            #expect(next == ["a", version])
        }
        let last = try pages.next(after: Self.page([("IsTruncated", "false")]), entries: 1, "Key", "Version")
        #expect(last == nil)
    }

    @Test(arguments: [0, 1_000])
    func thereIsAnEndAlsoWhereEachPageNamesAnotherPlace(entries: Int) throws {
        var pages = ListingPages()
        var read = 0
        #expect(throws: S3Error.self) {
            while read < 1_000_000 {
                let page = try Self.page([("IsTruncated", "true"), ("Key", String(read))])
                _ = try pages.next(after: page, entries: entries, "Key")
                read += 1
            }
        }
        #expect(read < 10_000)
    }

    @Test func aNameThatIsLongerThanAnyIsRefused() throws {
        #expect(try ListingPages.name(String(repeating: "a", count: 1_024))?.count == 1_024)
        #expect(throws: S3Error.self) { try ListingPages.name(String(repeating: "a", count: 1_025)) }
    }
}
