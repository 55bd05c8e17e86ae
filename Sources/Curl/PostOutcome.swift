import CCurl

/// What a receiver made of something that was posted to it.
package enum PostOutcome: Sendable, Hashable {
    /// It took it.
    case taken
    /// It may take it later: not before the time that it named, if it did.
    case failed(String, after: Duration? = nil)
    /// Nobody answered, or not as they should: it may go well later, and so may everything else that goes there.
    case unanswered(String)
    /// It never will.
    case refused(String)
    /// There is nothing at that address any more.
    case gone(String)

    /// What a status means: 2xx taken, 410 gone, any other 4xx refused but for those that say “later”, the rest failed.
    package init(_ answer: CurlAnswer) {
        let said = "status \(answer.status)"
        switch answer.status {
        case 200..<300: self = .taken
        case 410: self = .gone(said)
        case 408, 425, 429: self = .failed(said, after: answer.retryAfter)
        case 400..<500: self = .refused(said)
        default: self = .failed(said, after: answer.retryAfter)
        }
    }

    /// What an error means: an address that must not be reached is never reached; the rest may go well later.
    package init(_ error: CurlError) {
        switch error.code {
        case .invalid, .forbiddenAddress: self = .refused(error.message)
        // It was taken, or not, whatever the length of what was said of it.
        case .answerTooLong: self = PostOutcome(error.answer)
        default: self = .unanswered(error.message)
        }
    }
}

extension CurlAnswer {
    /// How long to wait, as `Retry-After` says (RFC 9110, section 10.2.3): in seconds, or until a date.
    package var retryAfter: Duration? {
        guard let text = header("Retry-After") else { return nil }
        if let seconds = Int64(text) { return seconds < 0 ? nil : .seconds(min(seconds, 31_536_000)) }
        var now = time_t()
        time(&now)
        let moment = curl_getdate(text, nil)
        return moment > now ? .seconds(min(moment - now, 31_536_000)) : nil
    }
}
