package import JSON

/// What an event of one type says. The types are generated from `EventSchemas/`.
///
/// `data` holds the facts and stays for ever; `personal` holds what may be erased, and is absent where nothing personal
/// was said or where it was erased. So personal fields are always optional here, and an event from which they were
/// erased still decodes.
package protocol EventPayload: Sendable {
    /// The type's name.
    static var type: EventType { get }
    /// The newest version of the type's schema, in which events are written.
    static var schemaVersion: Int { get }
    /// The type as the catalogue describes it.
    static var description: EventDescription { get }

    /// The person it is about, if the schema names one.
    var subject: String? { get }
    /// The branch it belongs to, if the schema names one.
    var branch: String? { get }

    /// Writes the data document.
    func writeData(into json: inout JSONWriter)
    /// Writes the personal document, if there is anything to write.
    ///
    /// - Returns: whether there was.
    func writePersonal(into json: inout JSONWriter) -> Bool

    /// Checks the bounds that the schema sets, as reading does.
    ///
    /// - Throws: everything that is wrong, with pointers that begin with `/data` or `/personal`.
    func validate() throws(JSONDecodingError)

    /// Reads the event as it was recorded, in this or an earlier version of its schema.
    ///
    /// - Throws: everything that is wrong, with pointers that begin with `/data` or `/personal`.
    init(data: JSONValue, personal: JSONValue?) throws(JSONDecodingError)
}

extension EventPayload {
    /// The data document as bytes.
    package var dataBytes: [UInt8] {
        var json = JSONWriter()
        writeData(into: &json)
        return json.bytes
    }

    /// The personal document as bytes, if there is one.
    package var personalBytes: [UInt8]? {
        var json = JSONWriter()
        return writePersonal(into: &json) ? json.bytes : nil
    }
}
