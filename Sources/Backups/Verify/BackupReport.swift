package import JSON

/// What a verification found.
package struct BackupReport: Sendable, Hashable {
    /// How closely it was looked at.
    package enum Depth: String, Sendable, Hashable, CaseIterable {
        /// The manifest, its signature, and the digest of every file.
        case quick
        /// Every event as well: opened, hashed, and put into the tree that was signed.
        case full
    }

    /// Something that is not as it should be.
    package struct Finding: Sendable, Hashable {
        /// In which backup.
        package var backupID: String
        /// In which file; nil where it is about the backup as a whole.
        package var file: String?
        /// From which position on; nil where that cannot be said.
        package var position: Int64?
        /// A sentence about it.
        package var message: String

        /// A finding. Names that others gave to files are shown, and recorded, in characters that can be.
        init(backupID: String, file: String? = nil, position: Int64? = nil, message: String) {
            self.backupID = backupID
            self.file = file.map(Self.shown)
            self.position = position
            self.message = Self.shown(message)
        }

        private static func shown(_ text: String) -> String {
            var shown = String.UnicodeScalarView()
            for scalar in text.unicodeScalars.prefix(1_000) {
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                    shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
                default: shown.append(scalar)
                }
            }
            return String(shown)
        }
    }

    /// The backup.
    package var backupID: String
    /// How closely it was looked at.
    package var depth: Depth
    /// How many files were read.
    package var files: Int64 = 0
    /// How many events were hashed.
    package var events: Int64 = 0
    /// What is wrong with it, or with what it rests on.
    package var findings: [Finding] = []

    /// What is wrong with other backups that were made before it: they are lost, or others are in their place. It can be
    /// restored without them.
    package var others: [Finding] = []

    /// What may be as it should be, and may not: nobody but a person can say.
    package var warnings: [Finding] = []

    /// Whether nothing is wrong with it.
    package var isSound: Bool { findings.isEmpty }

    /// All that somebody has to look at, whether it is about this backup or about others.
    package var found: [Finding] { findings + others }

    /// Writes it as the members of a JSON object.
    package func write(to json: inout JSONWriter) {
        json.member("backupId", backupID)
        json.member("depth", depth.rawValue)
        json.member("sound", isSound)
        json.member("files", files)
        json.member("events", events)
        for (name, all) in [("findings", findings), ("others", others), ("warnings", warnings)] {
            json.member(
                name,
                array: { json in
                    for finding in all {
                        json.object { json in
                            json.member("backupId", finding.backupID)
                            if let file = finding.file { json.member("file", file) }
                            if let position = finding.position { json.member("position", position) }
                            json.member("message", finding.message)
                        }
                    }
                }
            )
        }
    }
}
