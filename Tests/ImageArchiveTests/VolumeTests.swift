import FileAccess
import FoundationEssentials
import ImageModel
import SystemPackage
import TemporaryFolders
import Testing

@testable import ImageArchive

@Suite("An archive in volumes")
struct VolumeTests {
  private static let size: Int64 = 64 << 10
  private let folder: TemporaryFolder
  private let image: SampleImage
  private let plan: ArchivePlan
  private let bytes: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    image = try SampleImage(layers: [100_000, 70_000, 5])
    plan = try ArchivePlan(images: [image.archived])
    bytes = plan.bytes(image.contents)
  }

  private var output: OutputPath {
    get throws { try OutputPath(folder.path.appending("x.tar"), volumeSize: Self.size) }
  }

  private var volumes: [String] { (1...((bytes.count - 1) / Int(Self.size) + 1)).map { "x.tar.00\($0)" } }

  private func write(_ bytes: [UInt8], commit: Bool = true) throws {
    let archive = try PartialArchive(at: output)
    try archive.reserve(size: Int64(bytes.count))
    try archive.startJournal(plan: plan.fingerprint)
    try bytes.withUnsafeBytes { try archive.write($0, at: 0) }
    if commit { try archive.commit() }
  }

  @Test("Joined they are the archive; the list of checksums is right; nothing else is left")
  func written() throws {
    try write(bytes)
    #expect(try folder.names == volumes + ["x.tar.sha256"])
    #expect(try volumes.flatMap { try folder.read($0) } == bytes)
    #expect(try volumes.dropLast().allSatisfy { try folder.read($0).count == Self.size })
    let list = try volumes.map { "\(Digest.hash(try folder.read($0)).hexadecimal)  \($0)\n" }.joined()
    #expect(try String(decoding: folder.read("x.tar.sha256"), as: UTF8.self) == list)
    #expect(try folder.mode(of: "x.tar.002") == folder.mode(of: "x.tar.001"))
    #expect(try plan.isStored(at: output.path))
  }

  @Test("The first one's name opens all of them")
  func opened() throws {
    try write(bytes)
    let archive = try StoredArchive(opening: folder.path.appending("x.tar.001"))
    let layers = try #require(archive.images.first).layers
    #expect(
      try layers.map { try $0.content?.bytes(limit: 1 << 20) }
        == image.archived.manifest.layers.map { image.contents[$0.digest] })
  }

  @Test("Bytes are read, moved and copied across their edges")
  func edges() throws {
    let archive = try PartialArchive(at: output)
    try archive.reserve(size: 200_000)
    let content = Array(bytes[..<150_000])
    try content.withUnsafeBytes { try archive.write($0, at: 0) }
    try archive.move([.init(from: 0, to: 33_000, count: 150_000)])
    var read = [UInt8](repeating: 0, count: 150_000)
    #expect(try read.withUnsafeMutableBytes { try archive.read(into: $0, at: 33_000) } == 150_000)
    #expect(read == content)
    try folder.write(content, to: "source")
    let source = try StoredPlace.found(folder: folder.path, name: "source").open()
    #expect(try archive.copy(from: source, 10..<140_010, to: 1_000) == 140_000)
    var copied = [UInt8](repeating: 0, count: 140_000)
    _ = try copied.withUnsafeMutableBytes { try archive.read(into: $0, at: 1_000) }
    #expect(copied == Array(content[10..<140_010]))
  }

  @Test("One that is missing or has another size is named")
  func damaged() throws {
    try write(bytes)
    let first = folder.path.appending("x.tar.001")
    func fault() -> ArchiveFault? {
      do { _ = try StoredArchive(opening: first) } catch {
        if case .unreadable(_, let fault) = error { return fault }
      }
      return nil
    }
    let second = try folder.read("x.tar.002")
    try FileManager.default.removeItem(atPath: folder.path.appending("x.tar.002").string)
    #expect(fault() == .volumeMissing(name: "x.tar.002"))
    try folder.write(Array(second.dropLast()), to: "x.tar.002")
    #expect(fault() == .volumeSizeDiffers(name: "x.tar.002", expected: Self.size, actual: Self.size - 1))
    try folder.write(second, to: "x.tar.002")
    #expect(fault() == nil)
    try FileManager.default.removeItem(atPath: folder.path.appending(volumes[volumes.count - 1]).string)
    #expect(fault() == .volumeMissing(name: volumes[volumes.count - 1]))
  }

  @Test("An unfinished one goes on, also where it was ended while the volumes got their names")
  func unfinished() throws {
    try write(bytes, commit: false)
    #expect(try folder.names == (volumes.map { "\($0).part" } + ["x.tar.001.part.journal"]).sorted())
    // The first one gets its name last.
    try FileManager.default.moveItem(
      atPath: folder.path.appending("x.tar.002.part").string, toPath: folder.path.appending("x.tar.002").string)
    let archive = try PartialArchive(at: output)
    #expect(!archive.isNew)
    try archive.reserve(size: Int64(bytes.count))
    try archive.commit()
    #expect(try volumes.flatMap { try folder.read($0) } == bytes)
  }

  @Test("Checksums are given up when they are no longer wanted, and made for the volumes that get their names")
  func checksums() throws {
    try write(bytes, commit: false)
    let archive = try PartialArchive(at: output)
    try archive.reserve(size: Int64(bytes.count))
    var asked = 0
    try archive.prepareCommit {
      asked += 1
      return asked < 3
    }
    #expect(asked >= 3)
    #expect(try folder.names.allSatisfy { $0.contains(".part") })
    try archive.commit()
    let list = try volumes.map { "\(Digest.hash(try folder.read($0)).hexadecimal)  \($0)\n" }.joined()
    #expect(try String(decoding: folder.read("x.tar.sha256"), as: UTF8.self) == list)
  }

  @Test("An older, larger archive stays whole while a new, smaller one goes on", arguments: [false, true])
  func older(isGivenUp: Bool) throws {
    try write(bytes)
    let before = try folder.names
    let smaller = Array(bytes[..<70_000])
    try write(smaller, commit: false)
    let archive = try PartialArchive(at: output)
    #expect(!archive.isNew)
    try archive.reserve(size: 70_000)
    #expect(try volumes.flatMap { try folder.read($0) } == bytes)
    if isGivenUp {
      try archive.discard()
      #expect(try folder.names == before)
      #expect(try volumes.flatMap { try folder.read($0) } == bytes)
    } else {
      try archive.commit()
      #expect(try folder.names == ["x.tar.001", "x.tar.002", "x.tar.sha256"])
      #expect(try folder.read("x.tar.001") + folder.read("x.tar.002") == smaller)
    }
  }

  @Test("Bytes move to places behind the end once the archive has grown, and not before")
  func behindEnd() throws {
    let archive = try PartialArchive(at: output)
    try archive.reserve(size: 100_000)
    let content = Array(bytes[..<50_000])
    try content.withUnsafeBytes { try archive.write($0, at: 0) }
    let move = PartialArchive.Move(from: 0, to: 180_000, count: 50_000)
    #expect(throws: FileError.system(.write, try output.partialPath, .invalidArgument)) { try archive.move([move]) }
    #expect(try folder.read("x.tar.001.part").count == Self.size)
    try archive.grow(to: 230_000)
    try archive.move([move])
    var read = [UInt8](repeating: 0, count: 50_001)
    #expect(try read.withUnsafeMutableBytes { try archive.read(into: $0, at: 180_000) } == 50_000)
    #expect(read.dropLast() == content[...])
    // A larger one stays as it is.
    try archive.grow(to: 10)
    #expect(try folder.names.count == 4)
  }

  @Test("A smaller archive leaves no volume of an older, larger one")
  func smaller() throws {
    try write(bytes)
    try write(Array(bytes[..<70_000]))
    #expect(try folder.names == ["x.tar.001", "x.tar.002", "x.tar.sha256"])
  }

  @Test("What is given up leaves nothing; more than 999 volumes are refused")
  func discarded() throws {
    let archive = try PartialArchive(at: output)
    try archive.reserve(size: 200_000)
    try archive.discard()
    #expect(try folder.names.isEmpty)
    let other = try PartialArchive(at: output)
    #expect(throws: ArchiveError.tooManyVolumes(folder.path.appending("x.tar.001"), count: 1_000, limit: 999)) {
      try other.reserve(size: 1_000 * Self.size)
    }
    #expect(try folder.names.isEmpty)
  }
}
