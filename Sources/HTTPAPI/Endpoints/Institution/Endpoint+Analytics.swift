import Access
package import Institution
package import JSON
import Time

extension Endpoint {
    /// Counts and trends of the institution.
    package static func analytics(_ access: InstitutionAccess) -> [Endpoint] { [dashboard(access)] }

    /// How many days a dashboard may tell of.
    private static let longest: Int64 = 366

    /// `GET /analytics/dashboard`: counts, trends, attendance and money of a branch, or of all.
    private static func dashboard(_ access: InstitutionAccess) -> Endpoint {
        let permission = BuiltInPermission.readAnalytics.name
        return Endpoint(
            .get,
            "/analytics/dashboard",
            "See counts and trends",
            details: """
                Of a branch, or of the whole institution. Days are of UTC. Without `asOf` the answer is as of the position \
                in `X-Position`, which may be a moment behind the log. What was put right later counts as it was put right.
                """,
            tag: "institution",
            access: .permission(permission, in: .parameter("branchId")),
            inputs: Query<String?>("branchId", .identifier, "Of this branch; of all where left out."),
            Query<CalendarDay?>("from", .day, "The first day; 29 days before the last where left out."),
            Query<CalendarDay?>("to", .day, "The last day, at most 366 days in all; today where left out."),
            AsOf(),
            outputs: .json(.ok, dashboardSchema, "Counts and trends."),
            .notModified,
            problems: .unavailable
        ) { context, branch, from, to, asOf in
            let last = to ?? CalendarDay(of: context.now)
            let first = from ?? DashboardQuestion.first(before: last)
            guard first <= last else { throw Problem.parameter(.query, "to", "lies before from.") }
            guard last.daysSinceEpoch - first.daysSinceEpoch < longest else {
                throw Problem.parameter(.query, "from", "lies more than \(longest) days before to.")
            }
            let moment = ResourceMoment(asOf)
            return try await access.dashboard(
                DashboardQuestion(branch: branch, first: first, last: last, moment: moment),
                context
            )
        }
    }

    private static let day = Schema.string(format: "date")

    private static let dashboardSchema = Schema.object(
        .optional("branchId", .identifier),
        .required("from", day),
        .required("to", day),
        .required(
            "counts",
            .anyObject.described(
                "By what is counted, then by state: students, teachers, courses, classes, enrolments and leave requests "
                    + "at the end of the last day; submissions and grades of the days asked for"
            )
        ),
        .required(
            "trends",
            .array(
                of: .object(
                    .required("measure", .string()),
                    .required("state", .string()),
                    .required("day", day),
                    .required("change", .integer()),
                    .required("count", .integer().described("At the end of the day"))
                )
            )
        ),
        .required(
            "attendance",
            .array(
                of: .object(
                    .required("day", day),
                    .required("marks", .integer()),
                    .required("present", .integer()),
                    .required("absent", .integer()),
                    .required("late", .integer()),
                    .required("excused", .integer()),
                    .required("presentPerThousand", .integer()),
                    .required("absentPerThousand", .integer()),
                    .required("latePerThousand", .integer())
                )
            )
        ),
        .required(
            "money",
            .array(
                of: .object(
                    .required("month", .string()),
                    .required("currency", .string()),
                    .required("due", .integer().described("Fees due in it, without what was waived or cancelled")),
                    .required("paid", .integer().described("Payments received in it, without what was refunded"))
                )
            )
        )
    ).named("Dashboard")
}

extension Dashboard {
    /// Writes it as a JSON object.
    package func write(branch: String?, to writer: inout JSONWriter) {
        writer.object { writer in
            if let branch { writer.member("branchId", branch) }
            writer.member("from", from.text)
            writer.member("to", to.text)
            writer.member("counts", object: { writer in writeCounts(to: &writer) })
            writer.member(
                "trends",
                array: { writer in
                    for point in trends {
                        writer.object { writer in
                            writer.member("measure", point.measure)
                            writer.member("state", point.state)
                            writer.member("day", point.day.text)
                            writer.member("change", point.change)
                            writer.member("count", point.count)
                        }
                    }
                }
            )
            writer.member("attendance", array: { writer in for day in attendance { day.write(to: &writer) } })
            writer.member(
                "money",
                array: { writer in
                    for month in money {
                        writer.object { writer in
                            writer.member("month", month.month)
                            writer.member("currency", month.currency)
                            writer.member("due", month.due)
                            writer.member("paid", month.paid)
                        }
                    }
                }
            )
        }
    }

    /// Measures come in order, the states of each together.
    private func writeCounts(to writer: inout JSONWriter) {
        var rest = counts[...]
        while let measure = rest.first?.measure {
            let states = rest.prefix { $0.measure == measure }
            rest = rest.dropFirst(states.count)
            writer.member(
                measure,
                object: { writer in for state in states { writer.member(state.state, state.count) } }
            )
        }
    }
}

extension Dashboard.Attendance {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("day", day.text)
            writer.member("marks", total)
            for status in ["present", "absent", "late", "excused"] { writer.member(status, marks[status] ?? 0) }
            for status in ["present", "absent", "late"] {
                writer.member("\(status)PerThousand", perThousand(status))
            }
        }
    }
}

extension ValueFormat where Value == CalendarDay {
    /// A day.
    fileprivate static let day = ValueFormat(.string(format: "date")) { text throws(ValueFormatError) in
        guard let day = CalendarDay(text) else { throw ValueFormatError("is to be a day like 2026-01-31.") }
        return day
    }
}
