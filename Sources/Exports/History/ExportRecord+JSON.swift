package import JSON

extension ExportRecord {
    /// Writes it as the members of a JSON object.
    package func write(to json: inout JSONWriter) {
        json.member("exportId", exportID)
        json.member("state", deletedAt == nil ? state.rawValue : "deleted")
        json.member("ownerId", ownerID)
        json.member("requestedAt", requestedAt)
        if let batchID { json.member("batchId", batchID) }
        if let scheduleID { json.member("scheduleId", scheduleID) }
        if let notBefore { json.member("notBefore", notBefore) }
        order.write(to: &json)
        json.member("attempt", attempt)
        if let size { json.member("size", size) }
        if let rows { json.member("rows", rows) }
        if let total { json.member("totalRows", total) }
        if let percent { json.member("percent", percent) }
        if let retryAt { json.member("retryAt", retryAt) }
        if let cause { json.member("cause", cause) }
        if let reason = failure ?? cancelReason { json.member("reason", reason) }
        if let file { json.member("file", object: { file.write(to: &$0, name: fileName) }) }
        json.member("downloads", downloads)
        if let downloadedAt { json.member("downloadedAt", downloadedAt) }
        if let deletedAt { json.member("deletedAt", deletedAt) }
        if let deletedCause { json.member("deletedCause", deletedCause) }
    }
}

extension ExportRecord.File {
    fileprivate func write(to json: inout JSONWriter, name: String) {
        json.member("name", name)
        json.member("sha256", sha256)
        json.member("bytes", bytes)
        if let pages { json.member("pages", pages) }
        json.member("rootHash", rootHash)
        json.member("parametersSha256", parametersSHA256)
        json.member("milliseconds", milliseconds)
        if let branches { json.member("branches", branches) }
        json.member("holdsPersonal", holdsPersonal)
        if let expiresAt { json.member("expiresAt", expiresAt) }
        json.member("completedPosition", position)
        json.member("completedAt", completedAt)
    }
}

extension ExportOrder {
    /// Writes what was asked for as members of a JSON object.
    package func write(to json: inout JSONWriter) {
        json.member("report", report)
        json.member("format", format.rawValue)
        if let branchID { json.member("branchId", branchID) }
        if let columns { json.member("columns", columns) }
        if !filters.isEmpty {
            json.member(
                "filters",
                array: { json in
                    for filter in filters {
                        json.object { json in
                            json.member("column", filter.column)
                            json.member("relation", filter.relation.rawValue)
                            json.member("value", filter.value)
                        }
                    }
                }
            )
        }
        if let words { json.member("words", words) }
        if let sort { json.member("sort", sort) }
        json.member("locale", locale)
        json.member("timeZone", zone)
        if hasByteOrderMark { json.member("byteOrderMark", true) }
        if let fileName { json.member("fileName", fileName) }
        if case .size(let size) = moment { json.member("asOfSize", size) }
        if let keepDays { json.member("keepDays", keepDays) }
    }
}
