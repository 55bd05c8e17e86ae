import CCurl

extension CurlError {
    /// What a code of the library means.
    ///
    /// Its own detailed texts are not taken: they may quote what the other side said.
    init(_ code: CURLcode, answer: CurlAnswer) {
        self.init(Self.meaning(of: code), String(cString: curl_easy_strerror(code)), answer: answer)
    }

    private static func meaning(of code: CURLcode) -> Code {
        switch code {
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT: .invalid
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: .unreachable
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            .untrusted
        case CURLE_LOGIN_DENIED, CURLE_AUTH_ERROR: .notSignedIn
        case CURLE_SEND_ERROR: .notTaken
        default: .interrupted
        }
    }
}
