import JSON

/// What the token endpoint gives for a code (OpenID Connect Core 1.0, section 3.1.3.3). Never shown.
struct TokenAnswer: Sendable {
    /// What came of asking.
    enum Outcome {
        case tokens(TokenAnswer)
        /// The code is not good, or not any more: not the provider's fault.
        case codeRefused
        /// Anything else, with the reason for the log.
        case failed(String)
    }

    /// The ID token.
    let id: String
    /// The access token, which is used for nothing but the check of the other.
    let access: String?
}

extension TokenAnswer.Outcome {
    init(_ answer: ProviderAnswer) {
        let object = (try? JSONValue(parsing: answer.body, maximumDepth: 16))?.object
        guard answer.status == 200 else {
            // Codes of errors are words (RFC 6749, section 5.2); what else stands there is the provider's own.
            let error = object?["error"]?.string.map { String($0.prefix(60)) }
            if answer.status == 400, error == "invalid_grant" {
                self = .codeRefused
                return
            }
            let isWord = error?.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F } == true
            self = .failed("answered \(answer.status)" + (isWord ? ", \(error ?? "")" : ""))
            return
        }
        guard let object else {
            self = .failed("sent tokens that are not a JSON object")
            return
        }
        guard object["token_type"]?.string?.lowercased() == "bearer" else {
            self = .failed("sent tokens of a type that is not known")
            return
        }
        guard let id = object["id_token"]?.string else {
            self = .failed("sent no ID token; the scope openid has to be allowed there")
            return
        }
        self = .tokens(TokenAnswer(id: id, access: object["access_token"]?.string))
    }
}
