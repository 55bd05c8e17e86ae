import Events
import Foundation
import JSON
import MerkleLog
import TestSupport
import Testing
import Time

@testable import App
@testable import Caching
@testable import EventStore
@testable import HTTPAPI
@testable import Institution
@testable import ProjectionEngine

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
        for type in [Log.PersonalErased.type, Recovery.Restored.type, "future.thing"] {
            #expect(tags(type) == nil, "\(type)")
        }
    }

    @Test func aReleaseTouchesEverythingWhereACachedReadModelWasMadeOfItAndElseNothing() {
        func released(_ types: EventType...) -> [CacheTag]? {
            let types = types.map { JSONValue.string($0.rawValue) }
            return tags(Logs.PayloadsReleased.type, ["types": .array(types), "fromPosition": 0, "toPosition": 6])
        }
        // All that retention ever releases.
        let operational = released(
            Logs.Entry.type,
            Logs.RequestsRecorded.type,
            Logs.RequestMetrics.type,
            Logs.HealthChecked.type
        )
        #expect(operational?.isEmpty == true)
        let audit = released(
            Audit.AccessLogged.type,
            Audit.HistoryQueried.type,
            RBAC.AccessChecked.type,
            RBAC.DecisionsRecorded.type
        )
        #expect(audit?.isEmpty == true)
        #expect(released(Logs.Entry.type, Institution.StudentCreated.type) == nil)
        // One that cannot be read may have released anything.
        #expect(tags(Logs.PayloadsReleased.type) == nil)
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

    private static func question(_ name: String, of branch: String? = nil, id: String? = nil) throws -> ResourceQuestion
    {
        let resource = try #require(Resource.named(name))
        let sight = ResourceSight(branches: branch.map { [$0] }, personal: nil)
        return ResourceQuestion(resource, [], .now, sight, id: id)
    }

    @Test func factsAboutOthersLeaveAPersonAndTheListsOfOtherKindsAlone() throws {
        let touched = try #require(
            tags(Institution.StudentUpdated.type, ["studentId": "s", "branchId": "north"], branch: "north")
        )
        func isTouched(_ question: ResourceQuestion) -> Bool { !Set(question.tags).isDisjoint(with: touched) }
        #expect(isTouched(try Self.question("students", id: "s")))
        #expect(isTouched(try Self.question("students")))
        #expect(isTouched(try Self.question("students", of: "north")))
        #expect(!isTouched(try Self.question("students", of: "south")))
        #expect(!isTouched(try Self.question("students", id: "other")))
        #expect(!isTouched(try Self.question("teachers", of: "north")))
        // A payment changes the fees that it is for.
        let paid = try #require(
            tags(Institution.PaymentProcessed.type, ["paymentId": "p", "branchId": "north"], branch: "north")
        )
        #expect(!Set(try Self.question("fees", id: "f").tags).isDisjoint(with: paid))
        #expect(!Set(try Self.question("transactions").tags).isDisjoint(with: paid))
    }

    @Test func anEventThatIsAboutNoKnownThingTouchesAllOfItsReadModel() throws {
        var event = Self.event(Institution.StudentUpdated.type, ["studentId": "s"], branch: "north")
        event.data = nil
        let touched = try #require(CacheParts.tags(Self.manifests)(event))
        #expect(!Set(try Self.question("students", id: "other").tags).isDisjoint(with: touched))
        #expect(!Set(try Self.question("teachers", of: "south").tags).isDisjoint(with: touched))
    }

    @Test func oneIsAThingOnlyWhereItIsKnownByTheThingsOwnId() {
        #expect(
            Set(Resource.all.filter(\.isThing).map(\.name)) == [
                "branches", "students", "teachers", "leave-requests", "courses", "classes", "enrolments",
                "schedule-changes", "assignments", "submissions", "grades", "payments",
            ]
        )
    }

    @Test func factsAboutManyThingsReachNothingThatHasNothingToDoWithThem() throws {
        let general = Set(try Self.question("teachers", of: "south").tags + [.namespace("institution"), .anyModel])
        for number in 0..<20_000 {
            let touched = CacheTag.thing("student-\(number)")
            #expect(!general.contains(touched))
        }
    }

    /// What a resource says that it is changed by is what the SQL of its read model reads where it writes its table.
    @Test func everyTableIsChangedByFactsAboutTheThingsOfItsResourceAlone() throws {
        var found = 0
        for definition in try ProjectionDefinition.builtIn {
            let tables = Dictionary(
                Resource.all.filter { $0.readModel == definition.name }.map { ($0.table, $0) },
                uniquingKeysWith: { first, _ in first }
            )
            for statement in definition.apply.components(separatedBy: ";\n") {
                let written = Set(
                    statement.matches(of: /(?:insert into|update|delete from) ([a-z_]+)/).map { String($0.1) }
                )
                let read = statement.matches(of: /log\.institution_([a-z_]+)/).map {
                    "institution." + $0.1.replacing("_", with: "-")
                }
                for resource in written.compactMap({ tables[$0] }) {
                    for name in read {
                        let type = try #require(FactType.all.first { $0.type.rawValue == name })
                        #expect(resource.things.contains(type.thing), "\(name) changes \(resource.name)")
                        found += 1
                    }
                }
            }
        }
        #expect(found > 40)
    }
}
