/// Makes renderers: the seam behind which the formats are.
package struct ExportRendering: Sendable {
    private let makers: [ExportFormat: @Sendable (_ path: String, _ scratch: String) throws -> any ExportRenderer]

    /// The formats that need no library.
    package init() {
        makers = [
            .csv: { path, _ in try CSVRenderer(path: path) },
            .ndjson: { path, _ in try NDJSONRenderer(path: path) },
        ]
    }

    /// All formats.
    ///
    /// - Parameter institution: its name, as people read it in a file.
    package static func all(institution: String) -> ExportRendering {
        ExportRendering()
            .with(.xlsx) { path, scratch in
                SpreadsheetRenderer(path: path, scratch: scratch, institution: institution)
            }
            .with(.pdf) { path, scratch in
                DocumentRenderer(path: path, scratch: scratch, institution: institution)
            }
    }

    private init(
        _ makers: [ExportFormat: @Sendable (_ path: String, _ scratch: String) throws -> any ExportRenderer]
    ) { self.makers = makers }

    /// The same with a further format, or with another maker of one.
    package func with(
        _ format: ExportFormat,
        _ make: @escaping @Sendable (_ path: String, _ scratch: String) throws -> any ExportRenderer
    ) -> ExportRendering {
        var makers = makers
        makers[format] = make
        return ExportRendering(makers)
    }

    /// The formats that there are.
    package var formats: [ExportFormat] { ExportFormat.allCases.filter { makers[$0] != nil } }

    /// A renderer that writes a file.
    ///
    /// - Parameter scratch: a directory for what it needs meanwhile.
    func renderer(_ format: ExportFormat, path: String, scratch: String) throws -> any ExportRenderer {
        guard let make = makers[format] else {
            throw ExportError(problems: [.init("/format", "This format is not built in here.")])
        }
        return try make(path, scratch)
    }
}
