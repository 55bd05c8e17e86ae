import Audit
import Testing

struct BranchReachTests {
    @Test func whatBelongsToNoBranchIsForTheInstitutionAsAWhole() {
        #expect(BranchReach.everywhere.contains(nil))
        #expect(!BranchReach.branches(["north"]).contains(nil))
        #expect(BranchReach.branches(["north"]).contains("north"))
        #expect(!BranchReach.branches(["north"]).contains("south"))
    }

    @Test func bothReachWhereEachDoes() {
        let north = BranchReach.branches(["north", "east"])
        #expect(BranchReach.everywhere.intersection(north) == north)
        #expect(north.intersection(.everywhere) == north)
        #expect(north.intersection(.branches(["east", "south"])) == .branches(["east"]))
        #expect(BranchReach.nowhere.intersection(.everywhere) == .nowhere)
    }
}
