import Foundation
import ObjectStorage
import Time

/// Who uses which backup of a bucket, as small objects beside them.
///
/// Everybody first writes what he wants to do and then looks at what others wrote; a bucket shows what was written, so of two
/// that stand in each other's way at least one sees the other. What nobody has renewed for half an hour, by the clock of the
/// bucket, was left behind by a process that ended.
struct BucketLeases: Sendable {
    enum Kind: String, Sendable {
        case hold, claim
    }

    private static let life = Duration.seconds(1_800)
    private static let renewal = Duration.seconds(600)

    private let objects: BucketObjects

    init(_ objects: BucketObjects) { self.objects = objects }

    /// A lease; nil where somebody is in the way. Holds get along with each other, a claim with nobody.
    func take(_ kind: Kind, on backupID: String) async throws -> BackupHold? {
        let folder = ".leases/\(backupID)"
        let name = "\(folder)/\(kind.rawValue)-\(UUID().uuidString.lowercased())"
        try await objects.put(.bytes([]), as: name)
        do {
            let all = try await objects.list(under: folder)
            let now = all.first { $0.name == name }?.modifiedAt ?? .now()
            let others = all.filter { other in
                other.name != name && other.modifiedAt.map { now - $0 < Self.life } ?? true
            }
            let isInTheWay = others.contains { kind == .claim || $0.name.hasPrefix("\(folder)/\(Kind.claim.rawValue)") }
            guard !isInTheWay else {
                try? await objects.discard(name)
                return nil
            }
        } catch {
            try? await objects.discard(name)
            throw error
        }
        let renewing = Task { [objects] in
            while !Task.isCancelled {
                try await Task.sleep(for: Self.renewal)
                try? await objects.put(.bytes([]), as: name)
            }
        }
        return BackupHold { [objects] in
            renewing.cancel()
            _ = await renewing.result
            // In a task of its own: it is given up also where what needed it was cancelled.
            await Task { try? await objects.discard(name) }.value
        }
    }
}
