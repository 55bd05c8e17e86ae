import HTTPAPI
import HTTPTypes

/// Answers that are pages.
enum PageReply {
    /// A page may load from its own server alone, run nothing that stands in it, send forms nowhere else, and not be framed.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    /// A page. No cache keeps it.
    static func html(_ bytes: [UInt8], _ status: HTTPResponse.Status = .ok) -> Reply {
        var reply = guarded(Reply(status, .bytes(bytes), .html))
        reply.headers[.cacheControl] = "no-store"
        return reply
    }

    /// Leads on to another page, which is asked for by GET.
    static func seeOther(_ path: String) -> Reply {
        var reply = html([], .seeOther)
        reply.headers[.location] = path
        return reply
    }

    /// The fields that go with all that the console answers.
    static func guarded(_ reply: Reply) -> Reply {
        var reply = reply
        reply.headers[.contentSecurityPolicy] = policy
        reply.headers[.openerPolicy] = "same-origin"
        reply.headers[.referrerPolicy] = "no-referrer"
        return reply
    }
}
