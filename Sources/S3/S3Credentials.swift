/// Who asks: an access key, and for credentials that were lent the token that goes with them.
///
/// Shows none of its secrets when it is printed, interpolated, dumped or reflected.
package struct S3Credentials: Sendable, Equatable {
    /// The public half.
    package let accessKeyID: String
    let secretAccessKey: String
    let sessionToken: String?

    /// Credentials.
    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// Reads a profile of a file in the form that the command line of AWS keeps them in: `[profile]`, then lines such as
    /// `aws_access_key_id = …`. Nil where the profile, its key or its secret is not there.
    package init?(file text: String, profile: String) {
        var current = ""
        var values: [Substring: Substring] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let line = Self.trimmed(line)
            if line.hasPrefix("["), line.hasSuffix("]") {
                current = String(Self.trimmed(line.dropFirst().dropLast()))
            } else if current == profile, !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") {
                values[Self.trimmed(line[..<sign])] = Self.trimmed(line[line.index(after: sign)...])
            }
        }
        guard let id = values["aws_access_key_id"], let secret = values["aws_secret_access_key"], !id.isEmpty,
            !secret.isEmpty
        else { return nil }
        self.init(
            accessKeyID: String(id),
            secretAccessKey: String(secret),
            sessionToken: values["aws_session_token"].map(String.init)
        )
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

extension S3Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The public half.
    package var description: String { "S3Credentials(\(accessKeyID))" }
    /// The public half.
    package var debugDescription: String { description }
    /// Nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
