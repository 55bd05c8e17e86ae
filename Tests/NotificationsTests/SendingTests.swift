import Access
import EventStore
import Events
import JSON
import Testing
import Time

@testable import Notifications

/// Who is told, and that it is recorded.
struct SendingTests {
    private static let draft = NotificationDraft(title: "Closed", text: "No school tomorrow.")

    @Test func whomANotificationReachedIsInTheLogWithIt() async throws {
        try await PostOffice.open { office in
            try await office.register("a", "b", "c")
            let sent = try await office.service.send(Self.draft, to: .users(["b", "a"]), by: PostOffice.actor)
            let events = try await office.log.store.reader.stream("notification-\(sent.id)")
            #expect(events.map(\.type) == [Notifications.Sent.type, Notifications.Addressed.type])
            #expect(try events[1].decode(Notifications.Addressed.self).userIDs == ["a", "b"])
            #expect(events.allSatisfy { $0.header.actor == "head" })
            #expect(try await office.inbox("a").map(\.title) == ["Closed"])
            #expect(try await office.inbox("c").isEmpty)
        }
    }

    @Test func whoHasARoleIsToldWithoutBeingRegistered() async throws {
        try await PostOffice.open { office in
            try await office.register("clerk")
            try await office.report(
                Institution.BranchOpened(branchID: "north", name: "North"),
                Institution.CourseCreated(courseID: "maths", branchID: "north", title: "Mathematics"),
                Institution.TeacherCreated(teacherID: "tutor", branchID: "north", name: "T"),
                Institution.TeacherAssigned(teacherID: "tutor", courseID: "maths", branchID: "north")
            )
            _ = try await office.access.defineRole(
                DefineRole(roleID: "helps", branch: "north", name: "Helps", permissionIDs: []),
                CommandContext(actor: .system)
            )
            // As whoever signs in by an identity provider.
            for user in ["tutor", "clerk"] { try await office.assign("helps", to: user) }
            for audience: Audience in [
                .users(["tutor"]), .role("helps"), .branch, .course("maths"),
            ] {
                let sent = try await office.service.send(Self.draft, to: audience, in: "north", by: PostOffice.actor)
                let addressed = try await office.log.store.reader.stream("notification-\(sent.id)").dropFirst()
                let told = try addressed.flatMap { try $0.decode(Notifications.Addressed.self).userIDs }
                #expect(told.contains("tutor"), "\(audience)")
                #expect(told.count == Set(told).count)
            }
            // Who loses their last role is no user any more, and is not delivered to what waits either; who is registered stays one.
            for user in ["tutor", "clerk"] {
                _ = try await office.access.removeRoleFromUser(
                    RemoveRole(userID: user, roleID: "helps", branch: "north"),
                    CommandContext(actor: .system)
                )
            }
            let still = try await office.service.audiences.stillIn(
                .course("maths"),
                ["tutor", "clerk"],
                in: "north",
                at: office.clock.now
            )
            #expect(still.isEmpty)
            await #expect(throws: NotificationError.self) {
                try await office.service.send(Self.draft, to: .course("maths"), in: "north", by: PostOffice.actor)
            }
            #expect(try await office.service.audiences.isUser("clerk", at: office.clock.now))
        }
    }

    @Test func manyRecipientsAreNamedAThousandToAnEvent() async throws {
        try await PostOffice.open { office in
            let users = (0..<2_300).map { "user-\($0)" }
            try await office.log.pool.execute(
                """
                insert into identity_v2.users (user_id, kind, registered_position, registered_at, registered_by)
                select u, 'person', 0, now(), 'x' from unnest(\(users)) as u
                """
            )
            let sent = try await office.service.send(Self.draft, to: .branch, by: PostOffice.actor)
            let events = try await office.log.store.reader.stream("notification-\(sent.id)").dropFirst()
            let parts = try events.map { try $0.decode(Notifications.Addressed.self) }
            #expect(parts.map(\.part) == [0, 1, 2])
            #expect(parts.allSatisfy { $0.userIDs.count <= 1_000 })
            #expect(Set(users).isSubset(of: parts.flatMap(\.userIDs)))
            #expect(try await office.unread("user-2299") == 1)
        }
    }

    @Test func anAudienceIsWhoBelongsToItWhenItIsSent() async throws {
        try await PostOffice.open { office in
            try await office.register("pupil", "other", "tutor", "staff", "gone")
            try await office.report(
                Institution.BranchOpened(branchID: "north", name: "North"),
                Institution.BranchOpened(branchID: "south", name: "South"),
                Institution.CourseCreated(courseID: "maths", branchID: "north", title: "Mathematics"),
                Institution.StudentCreated(studentID: "pupil", branchID: "north", name: "P"),
                Institution.StudentCreated(studentID: "other", branchID: "south", name: "O"),
                Institution.StudentCreated(studentID: "gone", branchID: "north", name: "G"),
                Institution.StudentCreated(studentID: "nobody", branchID: "north", name: "N"),
                Institution.TeacherCreated(teacherID: "tutor", branchID: "north", name: "T"),
                Institution.TeacherAssigned(teacherID: "tutor", courseID: "maths", branchID: "north"),
                Institution.ClassCreated(classID: "8a", branchID: "north", name: "8a"),
                Institution.ClassMembersAdded(classID: "8a", branchID: "north", studentIDs: ["pupil"]),
                Institution.StudentEnrolled(
                    enrolmentID: "e1",
                    studentID: "pupil",
                    courseID: "maths",
                    branchID: "north"
                ),
                Institution.StudentEnrolled(
                    enrolmentID: "e2",
                    studentID: "gone",
                    courseID: "maths",
                    branchID: "north"
                ),
                Institution.EnrolmentEnded(
                    enrolmentID: "e2",
                    studentID: "gone",
                    courseID: "maths",
                    branchID: "north",
                    outcome: .withdrawn
                ),
                Institution.StudentLeft(studentID: "gone", branchID: "north", reason: .other)
            )
            try await office.assign("manager", to: "staff")
            func told(_ audience: Audience, _ branch: String = "north") async throws -> [String] {
                let sent = try await office.service.send(Self.draft, to: audience, in: branch, by: PostOffice.actor)
                let events = try await office.log.store.reader.stream("notification-\(sent.id)").dropFirst()
                return try events.flatMap { try $0.decode(Notifications.Addressed.self).userIDs }
            }
            // Who is a student or teacher but no user has no inbox.
            #expect(try await told(.course("maths")) == ["pupil", "tutor"])
            #expect(try await told(.schoolClass("8a")) == ["pupil"])
            #expect(try await told(.branch) == ["pupil", "staff", "tutor"])
            #expect(try await told(.branch, "south") == ["other"])
            #expect(try await told(.role("manager")) == ["staff"])
            // Managers inherit from teachers.
            #expect(try await told(.role("teacher")) == ["staff"])
        }
    }

    @Test func whoLeftOrMovedToAnotherBranchIsToldNothingMoreOfTheirCourseAndClass() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("pupil", "gone", "moved", "tutor", "former")
            try await office.report(
                Institution.BranchOpened(branchID: "north", name: "North"),
                Institution.BranchOpened(branchID: "south", name: "South"),
                Institution.CourseCreated(courseID: "maths", branchID: "north", title: "Mathematics"),
                Institution.TeacherCreated(teacherID: "tutor", branchID: "north", name: "T"),
                Institution.TeacherCreated(teacherID: "former", branchID: "north", name: "F"),
                Institution.TeacherAssigned(teacherID: "tutor", courseID: "maths", branchID: "north"),
                Institution.TeacherAssigned(teacherID: "former", courseID: "maths", branchID: "north"),
                Institution.ClassCreated(classID: "8a", branchID: "north", name: "8a", teacherID: "former")
            )
            for student in ["pupil", "gone", "moved"] {
                try await office.report(
                    Institution.StudentCreated(studentID: student, branchID: "north", name: student),
                    Institution.StudentEnrolled(
                        enrolmentID: "of-\(student)",
                        studentID: student,
                        courseID: "maths",
                        branchID: "north"
                    ),
                    Institution.ClassMembersAdded(classID: "8a", branchID: "north", studentIDs: [student])
                )
            }
            func told(_ audience: Audience, _ branch: String = "north") async throws -> [String] {
                let sent = try await office.service.send(Self.draft, to: audience, in: branch, by: PostOffice.actor)
                let events = try await office.log.store.reader.stream("notification-\(sent.id)").dropFirst()
                return try events.flatMap { try $0.decode(Notifications.Addressed.self).userIDs }
            }
            #expect(try await told(.course("maths")) == ["former", "gone", "moved", "pupil", "tutor"])
            #expect(try await told(.schoolClass("8a")) == ["former", "gone", "moved", "pupil"])
            while try await DeliveryDecider(office.service).decide() > 0 {}

            // Nothing says that their enrolments ended, or that the teacher teaches no more.
            try await office.report(
                Institution.StudentLeft(studentID: "gone", branchID: "north", reason: .other),
                Institution.StudentTransferred(studentID: "moved", branchID: "south", fromBranchID: "north"),
                Institution.TeacherLeft(teacherID: "former", branchID: "north")
            )
            try await DeliveryWorker(office.service, mail).send()
            let reached = mail.sent.map(\.address).sorted()
            #expect(reached == ["pupil@school.example", "pupil@school.example", "tutor@school.example"])
            #expect(try await told(.course("maths")) == ["pupil", "tutor"])
            #expect(try await told(.schoolClass("8a")) == ["pupil"])
            // On behalf of the institution it goes to whoever is enrolled, of whichever branch they are by now.
            #expect(try await told(.course("maths"), RBAC.institutionBranch) == ["moved", "pupil", "tutor"])
            // Who comes again belongs to it again.
            try await office.report(Institution.TeacherCreated(teacherID: "former", branchID: "north", name: "F"))
            #expect(try await told(.schoolClass("8a")) == ["former", "pupil"])
        }
    }

    @Test func whatIsNotThereOrInAnotherBranchIsAnsweredAlike() async throws {
        try await PostOffice.open { office in
            try await office.register("pupil", "other")
            try await office.report(
                Institution.BranchOpened(branchID: "north", name: "North"),
                Institution.BranchOpened(branchID: "south", name: "South"),
                Institution.StudentCreated(studentID: "pupil", branchID: "north", name: "P"),
                Institution.StudentCreated(studentID: "other", branchID: "south", name: "O"),
                Institution.CourseCreated(courseID: "art", branchID: "south", title: "Art")
            )
            let before = try await office.log.store.head().size
            for (audience, pointer) in [
                (Audience.users(["pupil", "other"]), "/userIds/1"), (.users(["pupil", "ghost"]), "/userIds/1"),
                (.course("art"), "/courseId"), (.course("ghost"), "/courseId"), (.schoolClass("ghost"), "/classId"),
                (.role("ghost"), "/roleId"),
            ] {
                let error = await #expect(throws: NotificationError.self) {
                    _ = try await office.service.send(Self.draft, to: audience, in: "north", by: PostOffice.actor)
                }
                #expect(error?.code == .unknownRecipient(pointer: pointer), "\(audience)")
            }
            let error = await #expect(throws: NotificationError.self) {
                _ = try await office.service.send(Self.draft, to: .role("student"), in: "north", by: PostOffice.actor)
            }
            #expect(error?.code == .emptyAudience)
            #expect(try await office.log.store.head().size == before)
        }
    }

    @Test(arguments: [
        ("javascript:alert(1)", "/link"), ("//evil.example/x", "/link"), ("/\\evil.example", "/link"),
        ("http://plain.example", "/link"), ("https://", "/link"),
    ])
    func aLinkThatLeadsAstrayIsRefused(_ link: String, _ pointer: String) throws {
        var draft = Self.draft
        draft.link = link
        let error = #expect(throws: NotificationError.self) { try draft.check(at: .now()) }
        #expect(error?.code == .invalid(pointer: pointer))
    }

    @Test func aLaterOneOfTheSameCollapseKeyTakesItsPlace() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            for title in ["first", "second", "third"] {
                var draft = NotificationDraft(title: title, text: "")
                draft.collapseKey = "lesson:1"
                _ = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor)
            }
            #expect(try await office.inbox("a").map(\.title) == ["third"])
            #expect(try await office.unread("a") == 1)
        }
    }

    @Test func whatExpiredIsInNoInbox() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            var draft = Self.draft
            draft.expiresAt = office.clock.now + .seconds(60)
            _ = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor)
            #expect(try await office.unread("a") == 1)
            office.clock.advance(by: .seconds(61))
            #expect(try await office.unread("a") == 0)
            #expect(try await office.inbox("a").isEmpty)
            #expect(throws: NotificationError.self) { try draft.check(at: office.clock.now) }
        }
    }

    @Test func aKeyIsOfOneSenderAndBranchAndTakesNobodyElsesPlace() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            try await office.report(
                Institution.BranchOpened(branchID: "north", name: "North"),
                Institution.StudentCreated(studentID: "a", branchID: "north", name: "A")
            )
            func send(_ title: String, _ sender: String, _ branch: String = "institution") async throws {
                var draft = NotificationDraft(title: title, text: "")
                draft.collapseKey = "news"
                _ = try await office.service.send(draft, to: .users(["a"]), in: branch, by: Author(id: sender))
            }
            try await send("1", "head")
            try await send("2", "other")
            try await send("3", "head", "north")
            #expect(try await office.inbox("a").map(\.title) == ["3", "2", "1"])
            try await send("4", "head")
            #expect(try await office.inbox("a").map(\.title) == ["4", "3", "2"])
        }
    }

    @Test(arguments: ["fee:f1", "attendance:maths:2026-02-03", "leave:1", "grade:", "schedule:x", "submissions:x"])
    func aKeyThatIsTheRulesIsRefused(_ key: String) async throws {
        var draft = Self.draft
        draft.collapseKey = key
        let error = #expect(throws: NotificationError.self) { try draft.checkCollapseKey() }
        #expect(error?.code == .invalid(pointer: "/collapseKey"))
    }

    @Test func aRepeatedRequestIsAnsweredAsTheFirstTimeThoughItExpiredMeanwhile() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            var draft = Self.draft
            draft.expiresAt = office.clock.now + .seconds(60)
            var actor = PostOffice.actor
            actor.idempotency = IdempotencyKey(scope: "head", key: "k", requestDigest: [UInt8](repeating: 1, count: 32))
            let first = try await office.service.send(draft, to: .users(["a"]), by: actor)
            office.clock.advance(by: .seconds(61))
            let again = try await office.service.send(draft, to: .users(["a"]), by: actor)
            #expect(first.id == again.id && again.receipt.isReplay)
        }
    }
}
