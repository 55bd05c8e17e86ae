import Access
import Foundation

/// Roles and what they inherit, drawn on the server as SVG: each role before those that it inherits from.
struct InheritanceGraph {
    /// How many roles are drawn at most; the list beside has them all.
    static let drawn = 150

    /// How many roles the list has on a page.
    static let listed = 200

    private static let width = 176.0
    private static let height = 40.0
    private static let gap = 12.0
    private static let step = 250.0

    private struct Node {
        var id: String
        var branch: String
        var parents: [String]
        var x = 0.0
        var y = 0.0
    }

    let values: [String: Any]
    /// What the page of the list ends with, where there is another.
    let last: String?

    /// - Parameter after: the role that the page of the list before ended with.
    init(_ roles: [RoleInHierarchy], after: String? = nil) {
        let known = Set(roles.map(\.roleID))
        let inherited = Set(roles.flatMap(\.parentRoleIDs))
        // A parent that the reader may not list is none here.
        let related = roles.filter { role in
            inherited.contains(role.roleID) || role.parentRoleIDs.contains { known.contains($0) }
        }
        let shown = related.prefix(Self.drawn).map { role in
            Node(id: role.roleID, branch: role.branchID, parents: role.parentRoleIDs.filter { known.contains($0) })
        }
        let (nodes, size) = Self.placed(Array(shown))
        let children = Dictionary(
            grouping: roles.flatMap { role in role.parentRoleIDs.map { (parent: $0, child: role.roleID) } },
            by: \.parent
        )
        let rest = roles.filter { role in after.map { role.roleID > $0 } ?? true }
        last = rest.count > Self.listed ? rest[Self.listed - 1].roleID : nil
        values = [
            "isEmpty": nodes.isEmpty, "isCut": related.count > Self.drawn,
            "width": Self.text(size.width), "height": Self.text(size.height),
            "nodes": nodes.values.sorted { ($0.y, $0.x) < ($1.y, $1.x) }.map { node in
                [
                    "id": node.id, "label": Self.short(node.id), "path": ConsolePaths.role(node.id),
                    "isOfBranch": node.branch != "institution", "branch": Self.short(node.branch),
                    "x": Self.text(node.x), "y": Self.text(node.y), "middle": Self.text(node.x + Self.width / 2),
                    "base": Self.text(node.y + (node.branch == "institution" ? 25 : 18)),
                    "second": Self.text(node.y + 32),
                ] as [String: Any]
            },
            "edges": nodes.values.sorted { $0.id < $1.id }.flatMap { node in
                node.parents.compactMap { nodes[$0] }.map { ["path": Self.edge(from: node, to: $0)] }
            },
            "roles": rest.prefix(Self.listed).map { role in
                let parents = role.parentRoleIDs.filter { known.contains($0) }
                let heirs = (children[role.roleID] ?? []).map(\.child).filter { known.contains($0) }
                return [
                    "id": role.roleID, "path": ConsolePaths.role(role.roleID),
                    "branch": role.branchID == "institution" ? false : role.branchID,
                    "parents": parents.map { ["id": $0, "path": ConsolePaths.role($0)] },
                    "hasParents": !parents.isEmpty,
                    "heirs": heirs.map { ["id": $0, "path": ConsolePaths.role($0)] }, "hasHeirs": !heirs.isEmpty,
                    "own": String(role.ownPermissions.count), "all": String(role.permissions.count),
                ] as [String: Any]
            },
        ]
    }

    /// Gives each role its place: a column for each remove from those that inherit nothing, and in it near what it inherits from.
    private static func placed(_ list: [Node]) -> (nodes: [String: Node], size: (width: Double, height: Double)) {
        var nodes = Dictionary(list.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var levels: [String: Int] = [:]
        func level(_ id: String, _ seen: Set<String>) -> Int {
            if let known = levels[id] { return known }
            // Nothing inherits from itself; a log in which something did is drawn all the same.
            let parents = (nodes[id]?.parents ?? []).filter { nodes[$0] != nil && !seen.contains($0) }
            let own = (parents.map { level($0, seen.union([$0])) }.max() ?? -1) + 1
            levels[id] = own
            return own
        }
        for node in list { _ = level(node.id, [node.id]) }
        let columns = Dictionary(grouping: list.map(\.id)) { levels[$0] ?? 0 }
        let heirs = Set(list.flatMap(\.parents))
        let last = columns.keys.max() ?? 0
        let tallest = Double(columns.values.map(\.count).max() ?? 0) * (height + gap) - gap
        for column in 0...last {
            func wish(_ id: String) -> Double {
                let places = (nodes[id]?.parents ?? []).compactMap { nodes[$0] }.map(\.y)
                return places.isEmpty ? 0 : places.reduce(0, +) / Double(places.count)
            }
            let ordered = (columns[column] ?? []).sorted { (wish($0), $0) < (wish($1), $1) }
            // What others inherit from stands in the middle, where most arrows lead.
            let ends = ordered.filter { !heirs.contains($0) }
            let middle = ordered.filter { heirs.contains($0) }
            let placed = ends.prefix(ends.count / 2) + middle + ends.dropFirst(ends.count / 2)
            let start = (tallest - (Double(placed.count) * (height + gap) - gap)) / 2
            for (place, id) in placed.enumerated() {
                nodes[id]?.x = Double(last - column) * step + 1
                nodes[id]?.y = start + Double(place) * (height + gap) + 1
            }
        }
        return (nodes, (Double(last) * step + width + 2, max(0, tallest) + 2))
    }

    private static func edge(from node: Node, to parent: Node) -> String {
        let (x1, y1) = (node.x + width, node.y + height / 2)
        let (x2, y2) = (parent.x - 7, parent.y + height / 2)
        let bend = (x2 - x1) / 2
        return
            "M\(text(x1)) \(text(y1))C\(text(x1 + bend)) \(text(y1)) \(text(x2 - bend)) \(text(y2)) \(text(x2)) \(text(y2))"
    }

    private static func short(_ text: String) -> String { text.count > 22 ? text.prefix(21) + "…" : text }

    private static func text(_ number: Double) -> String { String(format: "%.1f", number) }
}
