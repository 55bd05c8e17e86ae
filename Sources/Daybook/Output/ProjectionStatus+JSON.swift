import JSON
import ProjectionEngine

extension ProjectionStatus {
    /// Writes the status as an object; positions are those of the last event, as everywhere.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("version", version)
            writer.member("mode", mode.rawValue)
            writer.member("state", condition.rawValue)
            if position > 0 { writer.member("position", position - 1) }
            writer.member("lag", lag)
            if let error { writer.member("error", error) }
            if let errorPosition { writer.member("errorPosition", errorPosition) }
            if let updatedAt { writer.member("updatedAt", updatedAt) }
            if let rebuildPosition { writer.member("rebuildPosition", rebuildPosition) }
            writer.member("isOfThisProgram", isOfThisProgram)
        }
    }
}
