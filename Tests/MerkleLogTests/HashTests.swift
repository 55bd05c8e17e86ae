import MerkleLog
import OpenSSL
import Testing

/// The leaves, nodes and roots that Certificate Transparency implementations test with; published by
/// github.com/transparency-dev/merkle (rfc6962 and testonly).
enum PublishedTree {
    static let entries: [[UInt8]] = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ].compactMap(Hex.decode)

    /// By the size of the tree, from 0 on.
    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    static let tree = MerkleTree(leaves: entries.map { .leaf($0) })
}

@Suite struct HashTests {
    @Test func leavesAndNodesHashAsPublished() throws {
        #expect(Hash.emptyTree.hex == PublishedTree.roots[0])
        #expect(Hash.leaf([UInt8]()).hex == PublishedTree.roots[1])
        #expect(
            Hash.leaf(Array("L123456".utf8)).hex == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
        )
        let (left, right) = (Hash.leaf(PublishedTree.entries[0]), Hash.leaf(PublishedTree.entries[1]))
        #expect(Hash.node(left, right).hex == PublishedTree.roots[2])
        #expect(Hash.node(right, left).hex != PublishedTree.roots[2])
    }

    @Test func aNodeIsNotTheLeafOfItsChildren() {
        let (left, right) = (Hash.leaf([1]), Hash.leaf([2]))
        #expect(Hash.leaf(left.bytes + right.bytes) != .node(left, right))
    }

    @Test func publishedTreesHaveTheirRoots() throws {
        for (size, root) in PublishedTree.roots.enumerated() {
            #expect(try PublishedTree.tree.root(treeSize: Int64(size)).hex == root)
        }
    }
}
