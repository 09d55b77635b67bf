import FoundationEssentials
import ImageArchive
import ImageModel
import SystemPackage
import TemporaryFolders
import Testing

@Suite("Whether an archive stands complete at a path")
struct StoredArchiveTests {
  private let folder: TemporaryFolder
  private let plan: ArchivePlan
  private let bytes: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    let image = try SampleImage(layers: [(1 << 20) + 100, 5])
    plan = try ArchivePlan(images: [image.archived])
    bytes = plan.bytes(image.contents)
  }

  private func isStored(_ bytes: [UInt8]) throws -> Bool {
    try folder.write(bytes, to: "x.tar")
    return try plan.isStored(at: folder.path.appending("x.tar"))
  }

  @Test("The archive itself does")
  func stored() throws {
    #expect(try isStored(bytes))
  }

  @Test("One that differs in a byte or in length does not")
  func different() throws {
    for place in [0, 600, 2_000, bytes.count / 2, bytes.count - 2_000, bytes.count - 1] {
      var other = bytes
      other[place] ^= 1
      #expect(try !isStored(other), "byte \(place)")
    }
    #expect(try !isStored(bytes + [0]))
    #expect(try !isStored(Array(bytes.dropLast())))
    #expect(try !isStored([]))
  }

  @Test("Nothing, a folder or a link to the archive does not")
  func otherThings() throws {
    try folder.write(bytes, to: "x.tar")
    #expect(try !plan.isStored(at: folder.path.appending("missing")))
    #expect(try !plan.isStored(at: folder.path))
    let link = folder.path.appending("link")
    try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "x.tar")
    #expect(try !plan.isStored(at: link))
  }
}
