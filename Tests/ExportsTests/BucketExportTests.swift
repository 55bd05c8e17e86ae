import App
import EventStore
import Foundation
import OpenSSL
import TestSupport
import Testing
import Time

@testable import Exports

/// Files of exports in a bucket of moto's server; boto3 looks at what is there.
@Suite(.enabled(if: S3Fixture.isThere, Comment(rawValue: S3Fixture.absence)))
struct BucketExportTests {
    private static let keys = [
        "AWS_ACCESS_KEY_ID": S3Fixture.accessKeyID, "AWS_SECRET_ACCESS_KEY": S3Fixture.secretAccessKey,
    ]

    private static func storage(_ server: S3Fixture, _ directory: String) throws -> any ExportStorage {
        try DaybookConfiguration(
            environment: keys.merging([
                "DAYBOOK_EXPORT_DIR": directory,
                "DAYBOOK_EXPORT_BUCKET":
                    "s3://daybook-tests/files?region=us-east-1&style=path&endpoint=\(server.endpoint)",
            ]) { $1 }
        ).exports.storage()
    }

    private static func withStorage(
        _ body: @escaping @Sendable (any ExportStorage, S3Fixture, String) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await S3Fixture.run { server in try await body(storage(server, directory), server, directory) }
    }

    private static let digests = """
        keys = [o['Key'] for o in s3.list_objects_v2(Bucket='daybook-tests').get('Contents', [])]
        print(' '.join(hashlib.sha256(s3.get_object(Bucket='daybook-tests', Key=k)['Body'].read()).hexdigest() for k in keys))
        """
    private static let uploads = "print(len(s3.list_multipart_uploads(Bucket='daybook-tests').get('Uploads', [])))"

    @Test func anExportIsKeptHandedOutAndRemovedInABucket() async throws {
        try await Self.withStorage { (storage, server, directory) async throws -> Void in
            try await ExportHouse.open(storage: storage) { (house) async throws -> Void in
                let record = try await house.make("anna", ExportHouse.students())
                #expect(record.state == .completed, "\(record.failure ?? "")")
                let seen = try await server.look(Self.digests)
                #expect(seen.trimmingCharacters(in: .whitespacesAndNewlines) == record.file?.sha256)
                #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/.scratch").isEmpty)
                let text = try await house.text(record.exportID, "anna")
                #expect(SHA256.hash(text).hex == record.file?.sha256)
                #expect(storage.place == "s3://daybook-tests/files")
                let anna = Author(id: "anna")
                try await house.service.remove(record.exportID, by: anna, rights: house.rights("anna"))
                let left = try await server.look(Self.digests)
                #expect(left.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty)
            }
        }
    }

    @Test func aLargeFileGoesInPartsAndIsReadInPieces() async throws {
        try await Self.withStorage { (storage, server, _) async throws -> Void in
            let path = "\(try await storage.scratch())/large"
            let block = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let bytes = Array(repeatElement(block, count: 17).joined()) + [1, 2, 3]
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            // Broken off in the middle, nothing of it stays that would be paid for.
            let copy = "\(path)-copy"
            try FileManager.default.copyItem(atPath: path, toPath: copy)
            try await server.fail([(method: "PUT", contains: "partNumber=2", status: 403, after: 0, times: 1)])
            await #expect(throws: ExportStorageError.self) {
                try await storage.put(copy, as: "0192cc00-0000-7000-8000-000000000003-1.csv")
            }
            #expect(try await server.look(Self.uploads).hasPrefix("0"))
            try await server.fail([])
            try await storage.put(path, as: "0192cc00-0000-7000-8000-000000000001-1.csv")
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(try await server.count("PUT", "partNumber=") == 2)
            let name = try #require(try await storage.files().first?.name)
            #expect(name == "0192cc00-0000-7000-8000-000000000001-1.csv")
            let length = try #require(try await storage.size(of: name))
            #expect(length == Int64(bytes.count))
            var read: [UInt8] = []
            while read.count < bytes.count {
                let count = min(storage.pieceSize, bytes.count - read.count)
                read += try await storage.read(name, from: Int64(read.count), count: count)
            }
            #expect(read == bytes)
            #expect(try await storage.size(of: "0192cc00-0000-7000-8000-000000000002-1.csv") == nil)
            try await storage.remove(name)
            #expect(try await storage.files().isEmpty)
        }
    }

    @Test func anUploadThatIsBrokenOffLeavesNothingAndIsTriedAgain() async throws {
        try await Self.withStorage { (storage, server, _) async throws -> Void in
            try await ExportHouse.open(storage: storage) { (house) async throws -> Void in
                try await server.fail([(method: "PUT", contains: ".csv", status: 403, after: 0, times: 1)])
                let waiting = try await house.make("anna", ExportHouse.students())
                #expect(waiting.state == .waiting && waiting.cause == "storage")
                #expect(waiting.failure?.contains("127.0.0.1") == false)
                #expect(try await storage.files().isEmpty)
                house.clock.advance(by: .seconds(60))
                #expect(await ExportWorker.make(waiting.exportID, house.service) == .completed)
                #expect(try await house.text(waiting.exportID, "anna").hasSuffix("s2,'=1+1,north\r\n"))
            }
        }
    }

    @Test func whatAServerThatDiedLeftInABucketIsSwept() async throws {
        try await Self.withStorage { (storage, server, _) async throws -> Void in
            try await ExportHouse.open(storage: storage) { (house) async throws -> Void in
                let kept = try await house.make("anna", ExportHouse.students())
                let name = "\(kept.exportID)-7.csv"
                let gone = "0192cc00-0000-7000-8000-000000000001-1.csv"
                try await server.look(
                    """
                    s3.create_multipart_upload(Bucket='daybook-tests', Key='files/\(name)/\(name)')
                    s3.put_object(Bucket='daybook-tests', Key='files/\(gone)/\(gone)', Body=b'x')
                    s3.put_object(Bucket='daybook-tests', Key='files/budget-2024.csv', Body=b'x')
                    """
                )
                house.clock.advance(by: .seconds(3_600))
                let removed = try await ExportJanitor(house.service).removeLeftovers()
                #expect(Set(removed) == [name, gone])
                #expect(try await server.look(Self.uploads).hasPrefix("0"))
                #expect(try await house.text(kept.exportID, "anna").isEmpty == false)
                let left = try await server.look("print(s3.list_objects_v2(Bucket='daybook-tests')['KeyCount'])")
                #expect(left.hasPrefix("2"))
            }
        }
    }

    @Test func bucketsThatCannotKeepExportsAreRefused() throws {
        func storage(_ place: String, _ environment: [String: String] = Self.keys) throws -> any ExportStorage {
            try DaybookConfiguration(environment: environment.merging(["DAYBOOK_EXPORT_BUCKET": place]) { $1 }).exports
                .storage()
        }
        #expect(try storage("s3://books/a?region=eu-central-1").place == "s3://books/a")
        for bad in ["/srv/files", "s3://", "s3://books?lock=governance&lockDays=3", "s3://books?color=red"] {
            #expect(throws: ConfigurationError.self) { try storage(bad) }
        }
        #expect(throws: ConfigurationError.self) { try storage("s3://books", [:]) }
    }
}
