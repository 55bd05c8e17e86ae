import Events

extension AccessModel {
    /// Refuses a name that another role of the branch has.
    func refuseDuplicate(name: String, in branch: String) throws(AccessRefusal) {
        guard let other = roles.index(branch: branch, name: name).flatMap({ roles[$0] }) else { return }
        throw AccessRefusal(
            .duplicateName,
            "The branch \(branch) has a role named \(name) already: \(other.id).",
            currentVersion: other.version
        )
    }

    /// The indices of permissions by id, each of which has to exist and may be named once.
    func permissions(_ ids: [String], at pointer: String) throws(AccessRefusal) -> [Int32] {
        var indices: [Int32] = []
        var seen: Set<Int32> = []
        for (position, id) in ids.enumerated() {
            guard let index = permissions.index(id: id) else {
                throw AccessRefusal(
                    .unknownPermission,
                    "There is no permission \(id). GET /rbac/permissions lists the permissions there are."
                )
            }
            guard seen.insert(index).inserted else {
                throw AccessRefusal(.invalid(pointer: "\(pointer)/\(position)"), "The permission \(id) is named twice.")
            }
            indices.append(index)
        }
        return indices
    }

    /// The role that a role of this branch is to inherit from.
    ///
    /// It has to be of the same branch or institution-wide: otherwise whoever may change it in its own branch would
    /// decide about this one.
    func parent(_ id: String, forRoleIn branch: String) throws(AccessRefusal) -> Int32 {
        guard let index = roles.index(id: id), let parent = roles[index],
            ExactKey.same(parent.branch, branch) || parent.branch == RBAC.institutionBranch
        else {
            // Whether another branch has it is not told.
            throw AccessRefusal(
                .unknownParent,
                "There is no role \(id) to inherit from: neither one of \(branch) nor one of the institution."
            )
        }
        return index
    }

    /// Refuses a role that is not at the version the caller expects.
    func refuse(_ role: Role, unlessAt expected: Int64?) throws(AccessRefusal) {
        guard let expected, expected != role.version else { return }
        throw AccessRefusal(
            .versionConflict,
            "The role \(role.id) is at version \(role.version), not \(expected). Read it again and decide anew.",
            currentVersion: role.version
        )
    }
}
