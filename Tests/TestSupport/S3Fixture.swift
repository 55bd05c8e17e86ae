import Foundation
import JSON

/// A server of S3 (moto's) that checks signatures, and fails when it is told to.
package struct S3Fixture: Sendable {
    /// What is said where a test cannot be made.
    package static let absence: String = "moto is not there: run tools/test once, which installs it under .build/moto."
    /// A key that the server knows, and its secret.
    package static let accessKeyID = "AKIDTEST"
    /// Its secret.
    package static let secretAccessKey = "a secret/of+tests"

    private static var root: URL {
        URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
    }
    /// The Python that has moto, and boto3 for looking from outside.
    package static var python: String { root.appendingPathComponent(".build/moto/bin/python").path }
    /// Whether there is one.
    package static var isThere: Bool {
        FileManager.default.isExecutableFile(atPath: root.appendingPathComponent(".build/moto/bin/moto_server").path)
    }

    /// Where it is.
    package let endpoint: String

    /// Lends a server with a bucket `daybook-tests`, and `daybook-locked`, which can lock objects.
    package static func run<R>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (S3Fixture) async throws -> R
    ) async throws -> R {
        try await StandIn.run("s3_server.py") { stand in
            let fixture = S3Fixture(endpoint: "http://127.0.0.1:\(stand.port)")
            try await fixture.look(
                """
                s3.create_bucket(Bucket='daybook-tests')
                s3.create_bucket(Bucket='daybook-locked', ObjectLockEnabledForBucket=True)
                """
            )
            return try await body(fixture)
        }
    }

    /// Says what is to fail from now on, and forgets what was asked until now.
    package func fail(_ rules: [(method: String, contains: String, status: Int, after: Int, times: Int)]) async throws {
        let list = rules.map {
            #"{"method":"\#($0.method)","contains":"\#($0.contains)","status":\#($0.status),"after":\#($0.after),"#
                + #""times":\#($0.times)}"#
        }
        _ = try await gate(#"{"fail":[\#(list.joined(separator: ","))]}"#)
    }

    /// How often it was asked something since, and answered with that status.
    package func count(_ method: String, _ contains: String, status: Int = 200) async throws -> Int {
        let seen = try await gate(nil)["seen"]?.array ?? []
        return seen.count {
            let entry = $0.array ?? []
            return entry.count == 3 && entry[0].string == method && entry[1].string?.contains(contains) == true
                && entry[2].int64 == Int64(status)
        }
    }

    private func gate(_ body: String?) async throws -> JSONValue {
        let arguments =
            ["-s", "\(endpoint)/_gate"] + (body.map { ["-X", "POST", "-d", $0] } ?? [])
        let output = try await Self.output(["curl"] + arguments)
        return try JSONValue(parsing: Array(output.utf8))
    }

    /// Runs lines of Python with boto3's client `s3`, and answers what they print.
    @discardableResult
    package func look(_ lines: String) async throws -> String {
        let script = """
            import boto3, hashlib, json
            s3 = boto3.client('s3', endpoint_url='\(endpoint)', region_name='us-east-1',
                aws_access_key_id='\(Self.accessKeyID)', aws_secret_access_key='\(Self.secretAccessKey)')

            """
        return try await Self.output([Self.python, "-B", "-c", script + lines])
    }

    /// Runs the command line of AWS, and answers what it prints.
    package func aws(_ arguments: String...) async throws -> String {
        let program = URL(fileURLWithPath: Self.python).deletingLastPathComponent().appendingPathComponent("aws").path
        return try await Self.output(
            [
                "AWS_ACCESS_KEY_ID=\(Self.accessKeyID)", "AWS_SECRET_ACCESS_KEY=\(Self.secretAccessKey)",
                "HOME=\(NSTemporaryDirectory())", program, "--endpoint-url", endpoint, "--region", "us-east-1",
            ] + arguments
        )
    }

    private struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private static func output(_ command: [String]) async throws -> String {
        let outcome = try await Program.run(command)
        guard outcome.status == 0 else { throw Failure(description: "\(outcome.errors.suffix(1_000))") }
        return outcome.output
    }
}
