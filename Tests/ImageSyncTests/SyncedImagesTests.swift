import ImageModel
import Testing

@testable import ImageCopy

@Suite("What became of the images of a list")
struct SyncedImagesTests {
  private let entries = try? (1...4).map { number in
    SyncRequest.Entry(
      source: try ImageReference(parsing: "ghcr.io/team/a-service-with-a-long-name:\(number)"),
      target: try ImageReference(parsing: "h.example/team/a-service-with-a-long-name:\(number)"))
  }

  @Test("T403: each is told in the order of the list, and what was not tried as that")
  func order() throws {
    let entries = try #require(entries)
    let digest = Digest.hash(Array("a".utf8))
    let images = SyncedImages(
      entries,
      [
        SyncedImages.Found(digest: digest, outcome: .copied), nil,
        SyncedImages.Found(digest: digest, outcome: .unchanged), nil,
      ])
    #expect(images.map(\.entry) == entries)
    #expect(images.map(\.word) == ["copied", "not tried", "unchanged", "not tried"])
    #expect(images.map(\.digest) == [digest, nil, digest, nil])
    #expect(images.count == 4 && images.last?.word == "not tried")
  }

  @Test("T403: groups of names that one image goes to keep the order of the list, however the answers came")
  func groups() throws {
    let entries = try #require(entries)
    let (one, other) = (Digest.hash(Array("a".utf8)), Digest.hash(Array("b".utf8)))
    let found = [(3, one), (1, other), (0, one), (2, other)].map { index, root in
      (member: SyncGroup.Member(index: index, existing: index == 0 ? one : nil), root: root)
    }
    let groups = SyncGroup.groups(of: found, in: entries)
    #expect(groups.map(\.root) == [one, other])
    // What must be written comes first.
    #expect(groups.map { $0.members.map(\.index) } == [[3, 0], [1, 2]])
  }

  @Test("T403: a name that stays as it is stands in memory once, for source and target")
  func names() throws {
    let source = try ImageReference(parsing: "ghcr.io/team/a-service-with-a-long-name:1")
    let target = try source.moved(below: "", of: try RegistryName(parsing: "h.example"))
    #expect(target.repository == source.repository)
    var (first, second) = (source.repository, target.repository)
    let isSame = first.withUTF8 { one in second.withUTF8 { one.baseAddress == $0.baseAddress } }
    #expect(isSame)
  }
}
