/// The structure of the objects that an array of an event holds, nested in the event's type.
struct ElementSource {
    /// The array.
    let field: FieldSchema
    /// What each object holds.
    let fields: [FieldSchema]

    func write(to source: inout SwiftSource) {
        source.doc("One of: \(field.description)")
        source.block("package struct \(field.elementType): Sendable, Hashable") { source in
            for field in fields { PayloadSource.choice(field, &source) }
            for field in fields {
                source.doc(field.description)
                source.line("package var \(field.property): \(field.swiftType)\(field.isOptional ? "?" : "")")
            }
            source.line()
            memberwise(&source)
            source.line()
            source.block("func write(to json: inout JSONWriter)") { source in
                source.line("json.beginObject()")
                for field in fields { PayloadSource.write(field, &source) }
                source.line("json.endObject()")
            }
            source.line()
            source.block("init(reading reader: inout JSONReader)") { source in
                for field in fields { PayloadSource.read(field, from: "reader", &source) }
            }
            source.line()
            source.block("func check(_ check: inout PayloadCheck, at pointer: String)") { source in
                for field in fields {
                    guard let (name, arguments) = PayloadSource.check(field, at: "pointer + \"/\(field.name)\"") else {
                        continue
                    }
                    source.call("check.\(name)", arguments)
                }
            }
            let rules = fields.flatMap(\.rules)
            if !rules.isEmpty { source.line() }
            for rule in rules { source.line(rule) }
        }
        source.line()
    }

    private func memberwise(_ source: inout SwiftSource) {
        source.doc("An element.")
        source.line("package init(")
        source.indented { source in
            for (index, field) in fields.enumerated() {
                let comma = index + 1 < fields.count ? "," : ""
                source.line(
                    "\(field.property): \(field.swiftType)\(field.isOptional ? "? = nil" : "")\(comma)"
                )
            }
        }
        source.line(") {")
        source.indented { source in
            for field in fields { source.line("self.\(field.property) = \(field.property)") }
        }
        source.line("}")
    }
}
