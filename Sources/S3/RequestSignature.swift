import OpenSSL
import Time

/// A signature of AWS Signature Version 4 over the header fields of a request. Pure.
struct RequestSignature: Sendable {
    var credentials: S3Credentials
    var region: String
    var service = "s3"
    var now: Timestamp

    /// The moment as `20130524T000000Z`.
    static func stamp(_ now: Timestamp) -> String {
        String(now.rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
    }

    /// The value of `Authorization`.
    ///
    /// - Parameters:
    ///   - path: encoded, as it is sent.
    ///   - query: names and values, not encoded, in any order.
    ///   - headers: all that are signed, `host` and `x-amz-date` among them; names in any case.
    ///   - payloadDigest: the SHA-256 of the body in hexadecimal, or the word that stands for it.
    func authorization(
        method: String,
        path: String,
        query: [(String, String)],
        headers: [(String, String)],
        payloadDigest: String
    ) -> String {
        let fields = headers.map { ($0.0.lowercased(), Self.folded($0.1)) }.sorted { $0.0 < $1.0 }
        let names = fields.map(\.0).joined(separator: ";")
        let request =
            "\(method)\n\(path)\n\(Self.canonical(query))\n"
            + fields.map { "\($0.0):\($0.1)\n" }.joined() + "\n\(names)\n\(payloadDigest)"
        let stamp = Self.stamp(now)
        let day = String(stamp.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let signed = "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(SHA256.hash(request).hex)"
        var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
        for part in [day, region, service, "aws4_request"] {
            key = HMAC.sha256(key: key, message: Array(part.utf8)).bytes
        }
        let signature = HMAC.sha256(key: key, message: Array(signed.utf8)).hex
        return
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), "
            + "Signature=\(signature)"
    }

    /// The query as it is signed and sent.
    static func canonical(_ query: [(String, String)]) -> String {
        query.map { (URIEncoding.encode($0.0), URIEncoding.encode($0.1)) }.sorted { $0 < $1 }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// Without white space around it, and with one space for each stretch of them.
    private static func folded(_ value: String) -> String { value.split(separator: " ").joined(separator: " ") }
}
