package import Institution
import JSON

extension Endpoint {
    /// Reads of what is known of the institution: a list and a single read for each resource.
    package static func institution(_ access: InstitutionAccess) -> [Endpoint] {
        Resource.all.flatMap { [list($0, access), get($0, access)] }
    }

    /// `GET /institution/{resource}`: a page of things.
    private static func list(_ resource: Resource, _ access: InstitutionAccess) -> Endpoint {
        Endpoint(
            .get,
            PathTemplate(stringLiteral: "/institution/\(resource.name)"),
            "List \(resource.name.replacing("-", with: " "))",
            details: """
                \(resource.summary) Only those of the branches in which the reader holds the permission; personal \
                members only where the reader also holds `\(Resource.personalPermission)`. Without `asOf` the answer is \
                as of the position in `X-Position`, which may be a moment behind the log: send `X-Min-Position` to read \
                what you wrote. All pages tell of the moment of the first.
                """,
            tag: "institution",
            access: .permission(resource.permission, in: .decidedByHandler),
            inputs: ResourceInput(resource: resource),
            AsOf(),
            Paging(default: InstitutionAccess.pageLength, maximum: 1_000),
            outputs: .listing(Columns(resource), "One page of \(resource.name)."),
            .notModified,
            problems: .unavailable
        ) { context, query, asOf, page in
            let branch = query.filters.first { $0.column.name == "branchId" }?.value
            if case .text(let branch)? = branch {
                try await context.require(resource.permission, in: .branch(branch))
            } else {
                try await context.require(resource.permission, in: .anywhere)
            }
            var query = query
            query.limit = page.limit
            query.after = page.after?.place
            let sight = try await access.sight(resource, context)
            return try await access.answer(
                ResourceQuestion(resource, query.filters, ResourceMoment(asOf, page.after), sight),
                context,
                read: access.reading(resource, query, page, context.form)
            )
        }
    }

    /// `GET /institution/{resource}/{id}`: one thing.
    private static func get(_ resource: Resource, _ access: InstitutionAccess) -> Endpoint {
        let id = resource.key.joined(separator: ",")
        return Endpoint(
            .get,
            PathTemplate(stringLiteral: "/institution/\(resource.name)/{id}"),
            "See one of \(resource.name.replacing("-", with: " "))",
            details: resource.summary,
            tag: "institution",
            access: .permission(resource.permission, in: .decidedByHandler),
            inputs: Path("id", .text(1...600), "Its id: `\(id)`."),
            FieldsInput(resource: resource),
            AsOf(),
            outputs: .json(.ok, Columns(resource).schema, "The thing as it is, or was then."),
            .notModified,
            problems: .notFound,
            .unavailable
        ) { context, id, fields, asOf in
            try await context.require(resource.permission, in: .anywhere)
            let sight = try await access.sight(resource, context)
            return try await access.answer(
                ResourceQuestion(resource, [], ResourceMoment(asOf), sight, id: id),
                context
            ) { moment, sight in
                let answer = try await access.service.get(resource, id, fields: fields, at: moment, sight: sight)
                let reply = answer.rows.first.map { row in
                    Reply.json(position: Reply.position(ofSize: answer.size)) {
                        Columns(resource, showing: answer.columns).write(row, to: &$0)
                    }
                }
                return ResourceAnswer(reply: reply, readAt: answer.readAt)
            }
        }
    }
}

extension InstitutionAccess {
    /// How many things a page has unless asked otherwise.
    fileprivate static let pageLength = 100

    /// Reads a page of a list.
    fileprivate func reading(
        _ resource: Resource,
        _ query: ResourceQuery,
        _ page: PageRequest,
        _ form: AnswerForm
    ) -> Read {
        { [service] moment, sight in
            let answer = try await service.list(resource, query, at: moment, sight: sight)
            return ResourceAnswer(
                reply: .listing(
                    answer.rows,
                    Columns(resource, showing: answer.columns),
                    page: page,
                    next: answer.next.map { PageCursor(place: $0, asOf: answer.size) },
                    position: Reply.position(ofSize: answer.size),
                    form
                ),
                readAt: answer.readAt
            )
        }
    }

    /// Makes the first page of a branch's things as `GET /institution/{resource}?branchId=…` answers with it, for those who
    /// may read personal text there and for those who may not, so that the first who asks finds it kept.
    package func warmFirstPage(of resource: Resource, in branch: String, cursors: CursorSeal) async throws {
        guard let column = resource.column("branchId") else { return }
        let path = "/institution/\(resource.name)"
        let form = AnswerForm(format: .json, target: "\(path)?branchId=\(branch)", cursors: cursors)
        let list = "\(path)\u{0}branchId\u{0}\(branch)"
        let page = PageRequest(limit: Self.pageLength, after: nil, list: list)
        var query = ResourceQuery()
        query.filters = [.init(column, .equal, .text(branch))]
        query.limit = page.limit
        for personal in [nil, []] as [Set<String>?] {
            let sight = ResourceSight(branches: nil, personal: personal)
            let question = ResourceQuestion(resource, query.filters, .now, sight)
            _ = try await find(question, form, read: reading(resource, query, page, form))
        }
    }
}

extension ResourceMoment {
    /// The moment of a read; a further page is of the moment of the first.
    init(_ asOf: Moment?, _ cursor: PageCursor? = nil) {
        if let size = cursor?.asOf {
            self = .size(size)
            return
        }
        switch asOf {
        case .position(let position): self = .position(position)
        case .time(let time): self = .time(time)
        case nil: self = .now
        }
    }
}

extension PageCursor {
    fileprivate init(place: ResourceQuery.Place, asOf: Int64) {
        var writer = JSONWriter()
        writer.value(place)
        self.init(key: writer.text, asOf: asOf)
    }

    fileprivate var place: ResourceQuery.Place? {
        (try? JSONValue(parsing: key))?.array?.compactMap(\.string)
    }
}

extension Columns<[ResourceValue]> {
    /// The members of a resource, or some of them.
    package init(_ resource: Resource, showing columns: [ResourceColumn]? = nil) {
        self.init(
            resource.title,
            (columns ?? resource.columns).enumerated().map { index, column in
                Column(column.name, column.schema) { row in row[index].cell }
            }
        )
    }
}

extension ResourceColumn {
    fileprivate var schema: Schema {
        let schema: Schema =
            switch kind {
            case .text: choices.isEmpty ? .string() : .oneOf(choices)
            case .integer, .sum: .integer()
            case .boolean: .boolean
            case .day: .string(format: "date")
            case .timestamp: .timestamp
            case .json: .any
            }
        return description.isEmpty ? schema : schema.described(description + (isPersonal ? ". Personal" : ""))
    }
}

extension ResourceValue {
    fileprivate var cell: Cell {
        switch self {
        case .null: .null
        case .text(let text): .string(text)
        case .integer(let integer): .integer(integer)
        case .number(let text): .json(Array(text.utf8))
        case .boolean(let boolean): .boolean(boolean)
        case .json(let bytes): .json(bytes)
        }
    }
}

extension ResourceError: ProblemConvertible {
    package var problem: Problem {
        switch code {
        case .behind: .unavailable(retryAfter: .seconds(1), message)
        case .noSuchMoment: Problem(.invalidParameter, message, errors: [FieldProblem(.query, "asOf", message)])
        }
    }
}
