import Curl
import OpenSSL
import TestSupport
import Testing
import Time

@testable import S3

/// The client against moto's server, which checks signatures with botocore; boto3 and the command line of AWS look at what
/// was written.
@Suite(.enabled(if: S3Fixture.isThere, Comment(rawValue: S3Fixture.absence)))
struct S3ClientTests {
    private static func client(
        _ server: S3Fixture,
        bucket: String = "daybook-tests",
        key: String = S3Fixture.accessKeyID,
        secret: String = S3Fixture.secretAccessKey,
        token: String? = nil,
        patience: S3Client.Patience = .init(attempts: 4, pause: .milliseconds(1))
    ) throws -> S3Client {
        S3Client(
            try #require(S3Bucket(name: bucket, region: "us-east-1", endpoint: server.endpoint)),
            patience: patience,
            client: try CurlClient(reach: .anywhere)
        ) { () throws(S3Error) -> S3Credentials in
            S3Credentials(accessKeyID: key, secretAccessKey: secret, sessionToken: token)
        }
    }

    private static func problem(_ body: () async throws -> Void) async -> S3Error? {
        do {
            try await body()
            return nil
        } catch {
            return error as? S3Error
        }
    }

    /// Bytes that are not all alike, so that parts cannot be mistaken for one another.
    private static func bytes(_ count: Int) -> [UInt8] {
        stride(from: 0, to: count, by: 100_000).flatMap { start in
            [UInt8](repeating: UInt8(truncatingIfNeeded: start / 100_000), count: min(100_000, count - start))
        }
    }

    @Test func objectsAreWrittenReadListedAndRemovedAndOthersSeeThem() async throws {
        try await S3Fixture.run { server in
            let client = try Self.client(server)
            let content = Self.bytes(300_000)
            try await client.put(content, as: "folder/ä b+c=d&e.bin")
            try await client.put([], as: "folder/empty")
            try await client.put([1], as: "other")
            #expect(try await client.get("folder/ä b+c=d&e.bin") == content)
            #expect(try await client.get("folder/ä b+c=d&e.bin", 10..<20) == Array(content[10..<20]))
            #expect(try await client.head("folder/empty").bytes == 0)
            #expect(try await client.list("folder/").objects.map(\.key) == ["folder/empty", "folder/ä b+c=d&e.bin"])
            let top = try await client.list("", delimiter: "/")
            #expect(top.folders == ["folder/"] && top.objects.map(\.bytes) == [1])
            let seen = try await server.look(
                "print(hashlib.sha256(s3.get_object(Bucket='daybook-tests',Key='folder/ä b+c=d&e.bin')['Body'].read()).hexdigest())"
            )
            #expect(seen.hasPrefix(SHA256.hash(content).hex))
            let listed = try await server.aws("s3", "ls", "s3://daybook-tests/folder/")
            #expect(listed.contains("300000 ä b+c=d&e.bin"), "\(listed)")
            try await server.look("s3.put_object(Bucket='daybook-tests', Key='theirs', Body=b'theirs')")
            #expect(try await client.get("theirs") == Array("theirs".utf8))
            try await client.delete("other")
            try await client.delete("other")
            #expect(await Self.problem { _ = try await client.get("other") }?.kind == .notFound)
            #expect(await Self.problem { _ = try await client.head("other") }?.kind == .notFound)
        }
    }

    @Test func allPagesOfAListingAreRead() async throws {
        try await S3Fixture.run { server in
            try await server.look(
                "for i in range(23): s3.put_object(Bucket='daybook-tests', Key='many/%04d' % i, Body=b'x')"
            )
            let listing = try await Self.client(server).list("many/", pageSize: 10)
            #expect(listing.objects.map(\.key).last == "many/0022" && Set(listing.objects.map(\.key)).count == 23)
            #expect(try await server.count("GET", "list-type=2") == 3)
        }
    }

    @Test func aLongObjectGoesInPartsAndAnInterruptedUploadIsGoneOnWith() async throws {
        try await S3Fixture.run { server in
            let client = try Self.client(server)
            let content = Self.bytes(17 << 20)
            let source = S3Source(content)
            // The third of four parts is refused for good.
            try await server.fail([(method: "PUT", contains: "partNumber=3", status: 503, after: 0, times: 100)])
            let problem = await Self.problem { try await client.upload(source, as: "long", partSize: 5 << 20) }
            #expect(problem?.kind == .unreachable && problem?.status == 503)
            #expect(try await client.uploads("long").count == 1)
            #expect(await Self.problem { _ = try await client.head("long") }?.kind == .notFound)
            try await server.fail([])
            #expect(try await client.upload(source, as: "long", partSize: 5 << 20) == 2)
            #expect(try await server.count("PUT", "partNumber=") == 2)
            #expect(try await client.uploads("long").isEmpty)
            #expect(try await client.get("long") == content)
            let seen = try await server.look(
                "print(hashlib.sha256(s3.get_object(Bucket='daybook-tests', Key='long')['Body'].read()).hexdigest())"
            )
            #expect(seen.hasPrefix(SHA256.hash(content).hex))
        }
    }

    @Test func partsOfOtherContentAreNotKept() async throws {
        try await S3Fixture.run { server in
            let client = try Self.client(server)
            var content = Self.bytes(11 << 20)
            try await server.fail([(method: "PUT", contains: "partNumber=3", status: 403, after: 0, times: 1)])
            _ = await Self.problem { try await client.upload(S3Source(content), as: "long", partSize: 5 << 20) }
            try await server.fail([])
            content[7] ^= 1
            #expect(try await client.upload(S3Source(content), as: "long", partSize: 5 << 20) == 1)
            #expect(try await client.get("long") == content)
        }
    }

    @Test func whatMayPassIsTriedAgainAndTheRestIsNot() async throws {
        try await S3Fixture.run { server in
            let client = try Self.client(server)
            for status in [429, 500, 503] {
                try await server.fail([(method: "PUT", contains: "/patient", status: status, after: 0, times: 3)])
                try await client.put([1, 2], as: "patient")
                #expect(try await server.count("PUT", "/patient", status: status) == 3)
            }
            try await server.fail([(method: "PUT", contains: "/patient", status: 503, after: 0, times: 4)])
            #expect(await Self.problem { try await client.put([1], as: "patient") }?.code == "SlowDown")
            #expect(try await client.get("patient") == [1, 2])
            try await server.fail([(method: "PUT", contains: "/patient", status: 403, after: 0, times: 9)])
            #expect(await Self.problem { try await client.put([1], as: "patient") }?.kind == .denied)
            #expect(try await server.count("PUT", "/patient", status: 403) == 1)
        }
    }

    @Test func whatMayPassIsKnownByItsCodeUnderWhicheverStatus() async throws {
        func kind(_ status: Int, _ code: String) -> S3Error.Kind {
            let body = Array("<Error><Code>\(code)</Code></Error>".utf8)
            return S3Error(status: status, body: body, requestID: nil, asked: "PUT a").kind
        }
        for code in ["InternalError", "SlowDown", "ServiceUnavailable", "RequestTimeout"] {
            #expect(kind(200, code) == .unreachable)
            #expect(kind(400, code) == .unreachable)
            #expect(kind(403, code) == .denied)
        }
        #expect(kind(400, "EntityTooSmall") == .refused)
        try await S3Fixture.run { server in
            try await server.fail([(method: "PUT", contains: "/patient", status: 400, after: 0, times: 3)])
            try await Self.client(server).put([1, 2], as: "patient")
            #expect(try await server.count("PUT", "/patient", status: 400) == 3)
        }
    }

    @Test func anUploadWhoseEndFailsUnderASuccessIsEndedOnceMore() async throws {
        try await S3Fixture.run { server in
            let client = try Self.client(server)
            let content = Self.bytes(11 << 20)
            try await server.fail([(method: "POST", contains: "uploadId=", status: 200, after: 0, times: 2)])
            try await client.upload(S3Source(content), as: "long", partSize: 5 << 20)
            #expect(try await server.count("POST", "uploadId=") == 3)
            #expect(try await client.get("long") == content)
        }
    }

    @Test func anObjectThatReadsLikeAFailureIsNone() async throws {
        try await S3Fixture.run { server in
            let client = try Self.client(server)
            let content = Array("<Error><Code>InternalError</Code></Error>".utf8)
            try await client.put(content, as: "note.xml")
            #expect(try await client.get("note.xml") == content)
        }
    }

    @Test func aWrongKeyAWrongSecretAndAMissingBucketAreTold() async throws {
        try await S3Fixture.run { server in
            let stranger = try Self.client(server, key: "AKIDNOBODY", secret: "hush-hush")
            let unknown = await Self.problem { try await stranger.put([1], as: "a") }
            #expect(unknown?.kind == .denied && unknown?.code == "InvalidAccessKeyId")
            #expect(unknown?.requestID == "0A49CE4060975EAC")
            let wrong = try Self.client(server, secret: "hush-hush")
            let refused = await Self.problem { try await wrong.put([1], as: "a") }
            #expect(refused?.kind == .denied && refused?.code == "SignatureDoesNotMatch")
            for error in [unknown, refused] {
                #expect(error.map { !"\($0)".contains("hush-hush") } == true)
            }
            let nowhere = try Self.client(server, bucket: "no-such-bucket")
            #expect(await Self.problem { try await nowhere.put([1], as: "a") }?.kind == .noBucket)
            #expect(await Self.problem { _ = try await nowhere.list("") }?.kind == .noBucket)
            for key in ["a//b", "../a", "a/./b", "/a", "a\n"] {
                #expect(await Self.problem { try await wrong.put([1], as: key) }?.kind == .invalid)
            }
        }
    }

    @Test func credentialsThatWereLentCarryTheirToken() async throws {
        try await S3Fixture.run { server in
            let lent = try Self.client(server, key: "AKIDLENT", secret: "a lent secret", token: "a/session+token==")
            try await lent.put([7], as: "lent")
            let other = try Self.client(server, key: "AKIDLENT", secret: "a lent secret", token: "another")
            #expect(await Self.problem { try await other.put([7], as: "lent") }?.code == "InvalidToken")
        }
    }

    @Test func aLockedObjectCannotBeRemovedBeforeItsTime() async throws {
        try await S3Fixture.run { server in
            let client = try Self.client(server, bucket: "daybook-locked")
            let until = try #require(Timestamp(rfc3339: "2099-01-02T03:04:05Z"))
            try await client.put([1], as: "kept", lock: S3Lock(.compliance, until: until))
            let head = try await client.head("kept")
            #expect(head.lockedUntil == until && head.version != nil)
            #expect(await Self.problem { try await client.delete("kept", version: head.version) }?.kind == .denied)
            let later = until + .seconds(86_400)
            try await client.lock("kept", S3Lock(.compliance, until: later))
            #expect(try await client.head("kept").lockedUntil == later)
            // A mark that it is removed does not remove it.
            try await client.delete("kept")
            #expect(try await client.versions("kept").count == 2)
        }
    }

    @Test func nobodyWhoListensIsTold() async throws {
        let client = S3Client(
            try #require(S3Bucket(name: "books", region: "eu-1", endpoint: "http://127.0.0.1:9")),
            patience: .init(attempts: 2, pause: .milliseconds(1)),
            client: try CurlClient(reach: .anywhere)
        ) { () throws(S3Error) -> S3Credentials in S3Credentials(accessKeyID: "A", secretAccessKey: "hush-hush") }
        let problem = await Self.problem { _ = try await client.get("a") }
        #expect(problem?.kind == .unreachable && problem?.description.contains("hush") == false)
    }
}
