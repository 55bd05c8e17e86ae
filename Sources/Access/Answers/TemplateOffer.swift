/// What a template offers to a role that was made from it.
package struct TemplateOffer: Sendable, Hashable {
    /// The template.
    package var templateRoleID: String
    /// What the template has granted since, and the role does not grant of itself, by id.
    package var added: [String]
    /// What the template has ceased to grant since, and the role still grants of itself, by id.
    package var removed: [String]
    /// What the template grants of itself now, by id.
    package var templatePermissionIDs: [String]
    /// Whether the template is another than the role knows it.
    package var isNews: Bool
}

extension AccessModel {
    /// What a role's template offers it; nil for a role without one.
    func templateOffer(for index: Int32) -> TemplateOffer? {
        guard let role = roles[index], let origin = role.origin,
            let template = roles.index(id: origin.roleID).flatMap({ roles[$0] })
        else { return nil }
        var base = PermissionSet()
        for id in origin.permissionIDs { if let known = permissions.index(id: id) { base.insert(known) } }
        func ids(_ set: PermissionSet) -> [String] { set.indices.map { permissions[$0].id }.sorted() }
        return TemplateOffer(
            templateRoleID: template.id,
            added: ids(template.own.subtracting(base).subtracting(role.own)),
            removed: ids(base.subtracting(template.own)).filter { id in
                permissions.index(id: id).map { role.own.contains($0) } ?? false
            },
            templatePermissionIDs: ids(template.own),
            isNews: base != template.own
        )
    }

    /// What a role's template offers it.
    package func templateOffer(forRole id: String) throws(AccessRefusal) -> TemplateOffer {
        guard let index = roles.index(id: id) else {
            throw AccessRefusal(.notFound, "There is no role \(id). GET /rbac/roles lists the roles there are.")
        }
        guard let offer = templateOffer(for: index) else {
            throw AccessRefusal(.notAssigned, "The role \(id) was not made from a template that there still is.")
        }
        return offer
    }
}
