import HTTPTypes
import JSON

extension Problem {
    /// The answer, as `application/problem+json`.
    package func reply(traceID: String) -> Reply {
        var writer = JSONWriter(reservingCapacity: 512)
        write(to: &writer, traceID: traceID)
        var reply = Reply(kind.status, .bytes(writer.bytes), .problem)
        for field in headers { reply.headers.append(field) }
        return reply
    }

    /// Writes the problem as an object.
    func write(to writer: inout JSONWriter, traceID: String? = nil) {
        writer.beginObject()
        writer.member("type", kind.uri)
        writer.member("title", kind.title)
        writer.member("status", kind.status.code)
        writer.member("detail", detail)
        if let traceID { writer.member("traceId", traceID) }
        for member in members.members { writer.member(member.name, member.value) }
        if !errors.isEmpty {
            writer.member("errors", array: { writer in for error in errors { error.write(to: &writer) } })
        }
        writer.endObject()
    }
}
