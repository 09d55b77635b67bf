import ArchiveTools
import ImageCopy
import ImageModel
import Testing

@Suite("Lists of what the other side has")
struct BaseListTests {
  private let a = Digest.hash([1])
  private let b = Digest.hash([2])

  private func images(_ text: String) throws -> [BaseImage] {
    try BaseList.images(Array(text.utf8), name: "list.json")
  }

  @Test("docker image inspect, podman image inspect with its bare id, images without a name")
  func docker() throws {
    let found = try images(
      """
      [{"Id":"\(a)","RepoTags":["app:1.9"],"RepoDigests":[],"RootFS":{"Type":"layers","Layers":["\(a)","\(b)"]},"Size":1.5},
       {"Id":"\(b.hexadecimal)","RepoTags":["<none>:<none>"],"RepoDigests":null,"RootFS":{"Layers":["\(b)"]}},
       {"Id":"\(b)","RootFS":{"Type":"layers"}}]
      """)
    #expect(
      found == [
        BaseImage(name: "docker.io/library/app:1.9@\(a)", diffIDs: [a, b], layers: nil),
        BaseImage(name: "\(b)", diffIDs: [b], layers: nil),
      ])
  }

  @Test("Lists one after another, as xargs leaves them")
  func several() throws {
    let list = #"[ {"Id":"\#(a)","RepoTags":["}\"]:1"],"RootFS":{"Layers":["\#(a)"]}} ]"#
    #expect(try images("\(list)\n\(list)").count == 2)
  }

  @Test("dray inspect --json, one object or one a line")
  func dray() throws {
    let line = """
      {"event":"inspection","reference":"harbor.example.com/team/app:1.9","digest":"\(a)","image":{"manifestDigest":"\(b)",\
      "layers":[{"digest":"\(a)","mediaType":"x","size":5}]}}
      """
    let base = BaseImage(name: "harbor.example.com/team/app:1.9@\(b)", diffIDs: [], layers: [a])
    #expect(try images(line) == [base])
    #expect(try images(line + "\n\n" + line + "\n") == [base, base])
  }

  @Test(
    "What is no such list is an error",
    arguments: [
      "", "[", "[]", "nginx   1.21.4   f6987c8d6ed5   4 years ago   141MB\n", "{\"a\":1}{", "[1]", "null",
      #"[{"Id":"sha256:12"},"x"]"#, "{\"Id\":1}", "\u{FEFF}[]",
    ])
  func noList(_ text: String) {
    #expect(throws: BaseError.notAList(name: "list.json")) { try images(text) }
  }

  @Test(
    "A list without layers is an error",
    arguments: [#"[{"Id":"x","RootFS":{"Layers":["sha256:12"]}}]"#, #"{"event":"digest","digest":"x"}"#, "{}"])
  func noLayers(_ text: String) {
    #expect(throws: BaseError.noImage(name: "list.json")) { try images(text) }
  }
}
