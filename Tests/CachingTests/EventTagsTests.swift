import Events
import Foundation
import Institution
import JSON
import MerkleLog
import ProjectionEngine
import TestSupport
import Testing
import Time

@testable import App
@testable import Caching
@testable import EventStore

struct EventTagsTests {
    private static let manifests = ((try? ProjectionDefinition.builtIn) ?? []).map(\.manifest)
    private static let cached = Set(Resource.all.map(\.readModel) + ["access", "identity", "analytics"])

    private func tags(_ type: EventType, _ data: JSONObject = [:], branch: String? = nil) -> [CacheTag]? {
        CacheParts.tags(Self.manifests)(Self.event(type, data, branch: branch))
    }

    private static func event(_ type: EventType, _ data: JSONObject, branch: String? = nil) -> RecordedEvent {
        RecordedEvent(
            header: EventHeader(
                position: 7,
                recordedAt: .now(),
                stream: "any",
                version: 0,
                id: UUID(),
                type: type,
                schemaVersion: 1,
                branch: branch,
                actor: "test",
                correlationID: nil,
                causationID: nil
            ),
            data: Array(JSONValue.object(data).text.utf8),
            personal: nil,
            salt: nil,
            leaf: .leaf([]),
            releasedDataDigest: nil,
            erasedPersonalDigest: nil
        )
    }

    @Test func everyTypeOfEveryCachedReadModelTouchesIt() throws {
        #expect(Self.manifests.count(where: { Self.cached.contains($0.name) }) == Self.cached.count)
        for manifest in Self.manifests where Self.cached.contains(manifest.name) {
            for type in try #require(manifest.types) {
                // Everything is touched, or at least the read model and, for readers of some branches, some of it.
                guard let tags = tags(type, ["branchId": "north", "fromBranchId": "south"], branch: "north") else {
                    continue
                }
                #expect(tags.contains(.model(manifest.name)) && tags.contains(.anyModel), "\(type)")
                let isBranches = tags.contains(.model(manifest.name, branch: "north"))
                #expect(isBranches != tags.contains(.modelAnywhere(manifest.name)), "\(type)")
            }
        }
    }

    @Test func whatReachesIntoEverythingOrIsUnknownTouchesEverything() {
        for type in [Log.PersonalErased.type, Recovery.Restored.type, Logs.PayloadsReleased.type, "future.thing"] {
            #expect(tags(type) == nil, "\(type)")
        }
    }

    @Test func whatNoCachedReadModelAppliesTouchesNothing() {
        #expect(tags(Logs.Entry.type)?.isEmpty == true)
        #expect(tags(RBAC.DecisionsRecorded.type)?.isEmpty == true)
    }

    @Test func aMoveBetweenBranchesTouchesBoth() throws {
        let touched = try #require(
            tags(
                Institution.StudentTransferred.type,
                ["studentId": "s", "branchId": "north", "fromBranchId": "south"],
                branch: "north"
            )
        )
        #expect(
            touched.contains(.model("people", branch: "north")) && touched.contains(.model("people", branch: "south"))
        )
        #expect(!touched.contains(.model("people", branch: "east")) && !touched.contains(.modelAnywhere("people")))
    }

    @Test func whatMayBeginAgainInAnotherBranchTouchesReadersOfAllBranches() throws {
        let touched = try #require(
            tags(Institution.StudentCreated.type, ["studentId": "s", "branchId": "north"], branch: "north")
        )
        #expect(touched.contains(.modelAnywhere("people")))
    }

    @Test func releasedDataAreNotGuessed() throws {
        var event = Self.event(Institution.GradeRecorded.type, ["branchId": "north"], branch: "north")
        event.data = nil
        let touched = try #require(CacheParts.tags(Self.manifests)(event))
        #expect(touched.contains(.modelAnywhere("coursework")))
    }
}
