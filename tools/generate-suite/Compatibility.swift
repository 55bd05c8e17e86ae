/// The rule of evolution: a new version of a type only adds optional fields, each with a default.
enum Compatibility {
    /// Checks versions 1 to N of one type, in order.
    static func check(_ versions: [EventSchema]) throws {
        for (index, schema) in versions.enumerated() where schema.file.version != index + 1 {
            throw GenerationError(
                .incompatible,
                "EventSchemas/\(schema.file.path): version \(index + 1) of \(schema.file.type) is missing."
            )
        }
        for (old, new) in zip(versions, versions.dropFirst()) {
            let problems = self.problems(from: old, to: new)
            guard problems.isEmpty else {
                let list = problems.map { "  \($0)" }.joined(separator: "\n")
                throw GenerationError(
                    .incompatible,
                    """
                    EventSchemas/\(new.file.path) is not compatible with version \(old.file.version):
                    \(list)
                    A new version may only add optional fields with defaults. For anything else make a new event type.
                    """
                )
            }
        }
    }

    private static func problems(from old: EventSchema, to new: EventSchema) -> [String] {
        var problems: [String] = []
        for field in old.fields {
            guard let successor = new.fields.first(where: { $0.name == field.name }) else {
                problems.append("The field \(field.name) is gone.")
                continue
            }
            if !field.means(the: successor) { problems.append("The field \(field.name) is not what it was.") }
        }
        for field in new.fields where !old.fields.contains(where: { $0.name == field.name }) {
            if field.isRequired { problems.append("The new field \(field.name) is required.") }
            if field.fallback == nil {
                problems.append(
                    "The new field \(field.name) has no default; say \"default\": null if it has no value then."
                )
            }
            if field.isSubject { problems.append("The new field \(field.name) makes the event about somebody.") }
        }
        return problems
    }
}

extension FieldSchema {
    /// Whether both accept, keep and reveal the same. Descriptions may be put better.
    fileprivate func means(the other: FieldSchema) -> Bool {
        kind == other.kind && isRequired == other.isRequired && isPersonal == other.isPersonal
            && isSubject == other.isSubject && isBranch == other.isBranch && fallback == other.fallback
    }
}
