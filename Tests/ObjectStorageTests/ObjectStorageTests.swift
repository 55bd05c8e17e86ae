import Curl
import Foundation
import S3
import TestSupport
import Testing
import Time

@testable import ObjectStorage

/// What holds of every storage, wherever it is.
struct ObjectStorageTests {
    private static func withDirectory(_ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("objects-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private static func objects(_ server: S3Fixture, _ bucket: String, lock: S3Lock.Mode? = nil) throws -> BucketObjects
    {
        let bucket = try #require(S3Bucket(name: bucket, region: "us-east-1", endpoint: server.endpoint))
        let client = S3Client(
            bucket,
            patience: .init(attempts: 2, pause: .milliseconds(1)),
            client: try CurlClient(reach: .anywhere)
        ) { () throws(S3Error) -> S3Credentials in
            S3Credentials(accessKeyID: S3Fixture.accessKeyID, secretAccessKey: S3Fixture.secretAccessKey)
        }
        return BucketObjects(client, prefix: "here/and there", partSize: 5 << 20, lock: lock)
    }

    private static func kind(_ body: () async throws -> Void) async -> ObjectError.Kind? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? ObjectError)?.kind
        }
    }

    private static func hold(_ storage: any ObjectStorage, _ scratch: String) async throws {
        #expect(try await storage.list(under: "").isEmpty)
        #expect(try await storage.folders().isEmpty)
        let long = (0..<96).flatMap { [UInt8](repeating: $0, count: 65_536) }
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        try Data(long).write(to: URL(fileURLWithPath: "\(scratch)/long"))
        try await storage.put(.file("\(scratch)/long"), as: "a/long", lockedUntil: nil)
        try await storage.put(.bytes([1, 2, 3]), as: "a/b/short", lockedUntil: nil)
        try await storage.put(.bytes([]), as: "ab", lockedUntil: nil)
        #expect(try await storage.get("a/long", nil) == long)
        #expect(try await storage.length(of: "a/long") == Int64(long.count))
        #expect(try await storage.length(of: "a/long-not-there") == nil)
        #expect(try await storage.get("a/long", 5..<5_000_000) == Array(long[5..<5_000_000]))
        let listed = try await storage.list(under: "a")
        #expect(listed.map(\.name) == ["a/b/short", "a/long"] && listed.map(\.bytes) == [3, Int64(long.count)])
        #expect(
            listed.allSatisfy {
                abs(($0.modifiedAt ?? .epoch).microseconds - Timestamp.now().microseconds) < 60_000_000
            }
        )
        #expect(try await storage.list(under: "").count == 3)
        #expect(try await storage.get("a/b/short", nil, limit: 3) == [1, 2, 3])
        #expect(await kind { _ = try await storage.get("a/b/short", nil, limit: 2) } == .unfit)
        #expect(try await storage.folders() == ["a"])
        try await storage.put(.bytes([9]), as: "ab", lockedUntil: nil)
        #expect(try await storage.get("ab", nil) == [9])
        try await storage.remove("ab")
        try await storage.remove("ab")
        #expect(await kind { _ = try await storage.get("ab", nil) } == .notFound)
        for name in ["../a", "a//b", "", "a/./b", "a\n"] {
            #expect(await kind { try await storage.put(.bytes([1]), as: name, lockedUntil: nil) } == .invalidName)
        }
        try await storage.removeAll(under: "a")
        #expect(try await storage.list(under: "").isEmpty)
        #expect(try await storage.folders().isEmpty)
    }

    @Test func aDirectoryHoldsObjects() async throws {
        try await Self.withDirectory { try await Self.hold(DirectoryObjects("\($0)/objects"), $0) }
    }

    @Test(.enabled(if: S3Fixture.isThere, Comment(rawValue: S3Fixture.absence)))
    func aBucketHoldsObjects() async throws {
        try await Self.withDirectory { scratch in
            try await S3Fixture.run { server in
                try await Self.hold(Self.objects(server, "daybook-tests"), scratch)
                try await Self.hold(Self.objects(server, "daybook-locked", lock: .governance), scratch)
                // Where versions are kept, what was removed is gone for good, and leaves no mark of it either.
                let left = try await server.look(
                    """
                    l=s3.list_object_versions(Bucket='daybook-locked')
                    print(len(l.get('Versions', [])) + len(l.get('DeleteMarkers', [])))
                    """
                )
                #expect(left.hasPrefix("0"))
                // What the bucket keeps by a rule of its own is not seen any more.
                let storage = try Self.objects(server, "daybook-locked", lock: .governance)
                try await storage.put(.bytes([1]), as: "kept", lockedUntil: .now() + .seconds(86_400))
                #expect(await Self.kind { try await storage.remove("kept") } == .locked)
                try await storage.discard("kept")
                #expect(try await storage.list(under: "").isEmpty)
            }
        }
    }

    @Test(.enabled(if: S3Fixture.isThere, Comment(rawValue: S3Fixture.absence)))
    func aFileIsGoneOnWithAndAnUploadThatWasGivenUpIsSweptWithItsFolder() async throws {
        try await Self.withDirectory { scratch in
            try await S3Fixture.run { server in
                let storage = try Self.objects(server, "daybook-tests")
                try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
                let file = "\(scratch)/file"
                try Data((0..<192).flatMap { [UInt8](repeating: $0, count: 65_536) }).write(
                    to: URL(fileURLWithPath: file)
                )
                try await server.fail([(method: "PUT", contains: "partNumber=3", status: 503, after: 0, times: 9)])
                #expect(await Self.kind { try await storage.put(.file(file), as: "x/file") } == .inaccessible)
                #expect(try await storage.folders() == ["x"])
                #expect(try await storage.list(under: "x").isEmpty)
                try await server.fail([])
                try await storage.put(.file(file), as: "x/file")
                #expect(try await server.count("PUT", "partNumber=") == 1)
                try await server.fail([(method: "PUT", contains: "partNumber=2", status: 503, after: 0, times: 9)])
                _ = await Self.kind { try await storage.put(.file(file), as: "y/file") }
                try await storage.removeAll(under: "y")
                #expect(try await storage.folders() == ["x"])
            }
        }
    }

    @Test func whatWasNeverFinishedInADirectoryDoesNotCountAndIsSweptWithItsFolder() async throws {
        try await Self.withDirectory { path in
            try FileManager.default.createDirectory(atPath: "\(path)/x", withIntermediateDirectories: true)
            try Data([1]).write(to: URL(fileURLWithPath: "\(path)/x/.file.partial"))
            let storage = DirectoryObjects(path)
            #expect(try await storage.list(under: "").isEmpty)
            #expect(try await storage.folders() == ["x"])
            try await storage.put(.bytes([2]), as: "x/file")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/x") == ["file"])
            try await storage.removeAll(under: "x")
            #expect(try await storage.folders().isEmpty)
        }
    }
}
