import FileAccess
import FoundationEssentials
import ImageModel
import SystemPackage
import TemporaryFolders
import Testing

@testable import ImageArchive

@Suite("A layout that images are added to")
struct LayoutStoreTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private var path: FilePath { folder.path.appending("images") }

  private func entries() throws -> [Descriptor] {
    let bytes = try folder.read("images/index.json")
    guard case .index(let index) = try ManifestDocument(parsing: bytes, contentType: nil) else { return [] }
    return index.manifests
  }

  private func tags() throws -> [String?] {
    try entries().map { $0.annotations["org.opencontainers.image.ref.name"] }
  }

  private func add(_ name: String, seed: UInt64 = 1) throws -> String? {
    try LayoutStore(path).add([SampleImage(names: [name], seed: seed).archived]).first.flatMap(\.self)
  }

  @Test("It is made where there is nothing, and is then a layout; other people's folders are left alone")
  func making() throws {
    _ = try LayoutStore(path)
    #expect(try folder.read("images/oci-layout") == Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: path.string).sorted() == ["blobs", "oci-layout"])
    try folder.write([1], to: "other")
    #expect(throws: ArchiveError.notALayout(folder.path)) { try LayoutStore(folder.path) }
    #expect(throws: ArchiveError.file(.folderMissing(folder.path.appending("a")))) {
      try LayoutStore(folder.path.appending("a/b"))
    }
  }

  @Test("An entry of the same name is replaced in its place; others stay")
  func replaced() throws {
    #expect(try add("a:1", seed: 1) == "1")
    #expect(try add("a:2", seed: 2) == "2")
    #expect(try add("a:1", seed: 3) == "1")
    #expect(try tags() == ["1", "2"])
    #expect(try entries()[0].digest == SampleImage(names: ["a:1"], seed: 3).archived.document.descriptor.digest)
  }

  @Test("Two images with one tag are told apart: the second has its whole name")
  func sameTag() throws {
    #expect(try add("nginx:1.21", seed: 1) == "1.21")
    #expect(try add("redis:1.21", seed: 2) == "redis:1.21")
    #expect(try add("redis:1.21", seed: 3) == "redis:1.21")
    #expect(try add("nginx:1.21", seed: 4) == "1.21")
    #expect(try tags() == ["1.21", "redis:1.21"])
  }

  @Test("What others wrote into index.json stays, byte for byte but for white space")
  func foreign() throws {
    _ = try LayoutStore(path)
    let other =
      #"{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\#(Digest.hash([7]))","size":7,"x-own":[150]}"#
    try folder.write(
      Array(#"{"schemaVersion":2,"manifests":[\#(other)],"x-other":{"a":1000}}"#.utf8), to: "images/index.json")
    _ = try add("a:1")
    let text = String(decoding: try folder.read("images/index.json"), as: UTF8.self)
    #expect(text.contains("150"))
    #expect(text.contains("1000"))
    #expect(try entries().count == 2)
    try folder.write(Array("no index".utf8), to: "images/index.json")
    #expect(throws: ArchiveError.unreadable(path, .unreadableIndex)) { try LayoutStore(path).add([]) }
  }

  @Test("Many that add at the same time lose nothing")
  func atTheSameTime() async throws {
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<40 {
        group.addTask {
          let image = try SampleImage(names: ["team/app\(number % 20):\(number)"], seed: UInt64(number)).archived
          _ = try LayoutStore(path).add([image])
        }
      }
      try await group.waitForAll()
    }
    #expect(try Set(tags()) == Set((0..<40).map { "\($0)" }))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: path.string).sorted() == [
        "blobs", "index.json", "oci-layout",
      ])
    #expect(try StoredArchive(opening: path).images.count == 40)
  }

  @Test("A blob has a file of its own, locked, until it is complete")
  func blob() throws {
    let store = try LayoutStore(path)
    let bytes: [UInt8] = [1, 2, 3]
    let blob = Descriptor(mediaType: .ociLayer, digest: .hash(bytes), size: 3)
    let file = try store.begin(blob)
    #expect(throws: FileError.lockedByOther(file.output.partialPath)) { try store.begin(blob) }
    try file.reserve(size: 3)
    try bytes.withUnsafeBytes { try file.write($0, at: 0) }
    #expect(store.blob(blob) == nil)
    try store.finish(blob, file)
    #expect(store.blob(blob) != nil)
    #expect(try folder.read("images/blobs/sha256/\(blob.digest.hexadecimal)") == bytes)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path.string).sorted() == ["blobs", "oci-layout"])
  }
}
