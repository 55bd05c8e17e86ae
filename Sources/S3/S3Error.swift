/// Why something in a bucket could not be done. Carries no secret, and nothing of what was sent.
package struct S3Error: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    package enum Kind: Sendable, Hashable {
        /// There is no such object, or no such upload.
        case notFound
        /// There is no such bucket.
        case noBucket
        /// The credentials are wrong, or do not allow it; an object that is locked is among what they do not allow.
        case denied
        /// Nobody answers, also after several attempts, or not in time.
        case unreachable
        /// It cannot be asked: a name that none may have, credentials that are not there.
        case invalid
        /// What came is longer than what was asked for.
        case tooLong
        /// What came is not what an S3 server says, or not what was sent.
        case unexpected
        /// The server refuses it for another reason, which its code says.
        case refused
    }

    /// What went wrong.
    package var kind: Kind
    /// A sentence for whoever asked.
    package var message: String
    /// The status of HTTP; 0 where there was no answer.
    package var status = 0
    /// The server's own code, such as `NoSuchBucket`.
    package var code: String?
    /// The number under which the server's people find the request.
    package var requestID: String?

    /// A failure.
    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// All of it.
    package var description: String { message }
}

extension S3Error {
    /// Whether a document says that something failed.
    static func isFailure(_ body: [UInt8]) -> Bool { XMLNode(parsing: body)?.name == "Error" }

    /// What an answer says that is no success.
    init(status: Int, body: [UInt8], requestID: String?, asked: String) {
        let root = XMLNode(parsing: body).flatMap { $0.name == "Error" ? $0 : nil }
        let code = root?["Code"].flatMap(Self.word)
        let id = (root?["RequestId"] ?? requestID).flatMap(Self.word)
        self.init(Self.kind(status, code), "")
        self.status = status
        self.code = code
        self.requestID = id
        let said = Self.sentence(root?["Message"] ?? "")
        message =
            "The S3 server answered \(status)\(code.map { " \($0)" } ?? "") to \(asked)"
            + (said.isEmpty ? "" : ": \(said)") + (id.map { " (request \($0))" } ?? "")
    }

    private static func kind(_ status: Int, _ code: String?) -> Kind {
        switch (status, code) {
        case (_, "NoSuchBucket"): .noBucket
        case (404, _): .notFound
        case (401, _), (403, _): .denied
        case (408, _), (429, _), (500..., _): .unreachable
        // Under 400, or where an answer had begun with 200.
        case (_, "InternalError"), (_, "SlowDown"), (_, "ServiceUnavailable"), (_, "RequestTimeout"): .unreachable
        default: .refused
        }
    }

    /// A word of the server's, if it is one.
    private static func word(_ text: String) -> String? {
        let isWord = text.utf8.allSatisfy { (33..<127).contains($0) }
        return isWord && (1...100).contains(text.utf8.count) ? text : nil
    }

    /// What the server says, on one line and not too long: it goes into logs and onto terminals.
    private static func sentence(_ text: String) -> String {
        let line = text.unicodeScalars.map { (32..<127).contains($0.value) ? Character($0) : " " }
        return String(line.prefix(200))
    }
}
