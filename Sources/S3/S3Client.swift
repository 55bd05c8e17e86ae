package import Curl
import OpenSSL
import Time

/// A client of one bucket: AWS's own, or that of any server that speaks S3.
///
/// Every request is signed with its body (Signature Version 4), so that what arrives is what was sent. What fails for a
/// reason that may pass (429, 5xx, codes such as `SlowDown`, a broken connection) is tried again, later each time. All calls
/// throw ``S3Error``.
package struct S3Client: Sendable {
    /// How often something is tried, and what lies between.
    package struct Patience: Sendable, Hashable {
        /// How many times in all.
        package var attempts = 6
        /// What lies between the first two; twice as long each time, and never longer than 20 seconds.
        package var pause = Duration.milliseconds(200)

        /// Six times, within about seven seconds.
        package init() {}

        /// An exact number of times.
        package init(attempts: Int, pause: Duration) {
            self.attempts = attempts
            self.pause = pause
        }
    }

    /// The bucket.
    package let bucket: S3Bucket
    private let client: CurlClient
    private let authorities: String?
    private let patience: Patience
    private let credentials: @Sendable () throws(S3Error) -> S3Credentials

    /// A client.
    ///
    /// - Parameters:
    ///   - authorities: a file with the certificates that are trusted, in place of the system's.
    ///   - client: the operator alone says where a bucket is, so that it may go anywhere, also within a private network.
    ///   - credentials: asked for each request, so that those that are changed meanwhile are noticed.
    package init(
        _ bucket: S3Bucket,
        authorities: String? = nil,
        patience: Patience = Patience(),
        client: CurlClient,
        credentials: @escaping @Sendable () throws(S3Error) -> S3Credentials
    ) {
        self.bucket = bucket
        self.authorities = authorities
        self.patience = patience
        self.client = client
        self.credentials = credentials
    }

    /// What is asked.
    struct Request: Sendable {
        var method: String
        var key = ""
        var query: [(String, String)] = []
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// The longest answer.
        var limit = 64 << 20
        /// Whether a document of the server's own is the answer, and no object of somebody's.
        var isForDocument = false
    }

    /// Asks until there is an answer that says more than “later”.
    func send(_ request: Request) async throws(S3Error) -> CurlAnswer {
        try Self.check(request.key)
        var pause = patience.pause
        var attempt = 1
        while true {
            var problem: S3Error
            var wait: Duration?
            let transfer = try signed(request)
            do throws(CurlError) {
                let answer = try await client.send(transfer)
                // An error may come with a status that says that all is well (CompleteMultipartUpload).
                if (200..<300).contains(answer.status), !request.isForDocument || !S3Error.isFailure(answer.body) {
                    return answer
                }
                problem = S3Error(
                    status: answer.status,
                    body: answer.body,
                    requestID: answer.header("x-amz-request-id"),
                    asked: asked(request)
                )
                wait = answer.retryAfter
            } catch {
                problem = Self.problem(error, asked(request))
            }
            guard problem.kind == .unreachable, attempt < patience.attempts, !Task.isCancelled else { throw problem }
            attempt += 1
            let jitter = Duration.milliseconds(Int64.random(in: 0...max(1, Int64(pause / .milliseconds(2)))))
            do { try await Task.sleep(for: min(max(pause, wait ?? .zero), .seconds(20)) + jitter) } catch {
                throw problem
            }
            pause *= 2
        }
    }

    private func asked(_ request: Request) -> String {
        "\(request.method) \(bucket.name)\(request.key.isEmpty ? "" : "/")\(request.key)"
    }

    private func signed(_ request: Request) throws(S3Error) -> CurlRequest {
        let credentials = try self.credentials()
        let digest = SHA256.hash(request.body).hex
        let now = Timestamp.now()
        var headers = request.headers
        headers.append(("host", bucket.host))
        headers.append(("x-amz-date", RequestSignature.stamp(now)))
        headers.append(("x-amz-content-sha256", digest))
        if let token = credentials.sessionToken { headers.append(("x-amz-security-token", token)) }
        let path = bucket.path(request.key)
        let authorization = RequestSignature(credentials: credentials, region: bucket.region, now: now).authorization(
            method: request.method,
            path: path,
            query: request.query,
            headers: headers,
            payloadDigest: digest
        )
        let query = request.query.isEmpty ? "" : "?\(RequestSignature.canonical(request.query))"
        var transfer = CurlRequest(
            .http(method: request.method),
            "\(bucket.scheme)://\(bucket.host)\(path)\(query)"
        )
        transfer.headers = headers.map { (name: $0.0, value: $0.1) } + [("Authorization", authorization)]
        if request.body.isEmpty, request.method == "PUT" || request.method == "POST" {
            transfer.headers.append(("Content-Length", "0"))
        }
        transfer.body = request.body
        transfer.authorities = authorities
        transfer.maximumAnswer = request.limit
        // A slow line takes its time; one that has died is noticed.
        transfer.timeout = .seconds(3_600)
        transfer.stall = .seconds(60)
        return transfer
    }

    private static func problem(_ error: CurlError, _ asked: String) -> S3Error {
        let kind: S3Error.Kind =
            switch error.code {
            case .invalid: .invalid
            case .answerTooLong: .tooLong
            case .untrusted, .forbiddenAddress: .unexpected
            default: .unreachable
            }
        return S3Error(kind, "No answer of the S3 server to \(asked): \(error.message)")
    }

    /// A path with `.` or `..` in it, or an empty part, means something else to whoever stands between.
    private static func check(_ key: String) throws(S3Error) {
        guard !key.isEmpty else { return }
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard key.utf8.count <= 1_024, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }),
            key.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
        else { throw S3Error(.invalid, "No object may have such a name.") }
    }
}
