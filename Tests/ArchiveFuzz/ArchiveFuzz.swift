import CLibrary
import ImageArchive
import ImageLayers
import ImageModel
import SystemPackage
import TarFormat

/// The readers of what an archive holds, each given any bytes: a trap, a hang or a false answer ends the program.
///
/// libFuzzer drives it (`scripts/fuzz --coverage`): the first byte of an input chooses the reader, and the rest is its
/// input. The files of Tests/ArchiveFuzz/Corpus begin the same way.
public enum ArchiveFuzz: UInt8, CaseIterable {
  /// A whole archive: its members, documents, structure.
  case archive = 0x61  // a
  /// A layer: decompression and entries.
  case layer = 0x6C  // l
  case manifest = 0x6D  // m
  case config = 0x63  // c
  /// `manifest.json`
  case docker = 0x64  // d

  /// Gives an input to the reader that its first byte names; others than these name none.
  public static func run(_ input: [UInt8]) {
    guard let first = input.first, let reader = ArchiveFuzz(rawValue: first) else { return }
    let bytes = Array(input.dropFirst())
    switch reader {
    case .archive: readArchive(bytes)
    case .layer: readLayer(bytes)
    case .manifest:
      for type in [nil, MediaType.ociIndex, .ociManifest] {
        _ = try? ManifestDocument(parsing: bytes, contentType: type)
      }
    case .config: _ = try? ImageConfig(parsing: bytes)
    case .docker: _ = try? DockerEntry.read(bytes)
    }
  }

  private static func readArchive(_ bytes: [UInt8]) {
    let path = write(bytes)
    defer { unlink(path.string) }
    _ = try? StoredArchive(opening: path)
    guard let archive = try? StoredArchive(opening: path, isSalvaging: true) else { return }
    for image in archive.images {
      for content in [image.config] + image.layers.map(\.content) {
        guard let content else { continue }
        precondition(content.offset >= 512 && content.size >= 0, "a content stands outside of the archive")
        precondition(content.offset <= Int64(bytes.count) - content.size, "a content stands outside of the archive")
        _ = try? content.bytes(limit: 1 << 20)
      }
      _ = try? archive.config(of: image)
    }
    _ = try? archive.image(named: nil, platform: nil)
    _ = try? ArchiveStructure(of: archive)
  }

  /// The path of a file with these bytes, the same each time.
  private static func write(_ bytes: [UInt8]) -> FilePath {
    let path = FilePath("/dev/shm/archive-fuzz-\(getpid())")
    do {
      let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
      try file.closeAfter { _ = try file.writeAll(bytes) }
    } catch { preconditionFailure("\(path): \(error)") }
    return path
  }

  private static func readLayer(_ bytes: [UInt8]) {
    var limits = LayerLimits()
    limits.plainBytes = 8 << 20
    var rest = bytes[...]
    let source: ByteSource = { buffer in
      let count = min(buffer.count, rest.count)
      rest.prefix(count).withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      rest = rest.dropFirst(count)
      return count
    }
    let reader = LayerReader(Decompressor(source, limits: limits, digest: .sha256), limits: limits)
    do {
      while let entry = try reader.next() {
        let member = TarMember(entry)
        precondition(member.encoded.count % TarHeader.blockSize == 0, "a header is no whole number of blocks")
      }
    } catch {}
  }
}

extension TarMember {
  /// What is written of an entry that was read.
  fileprivate init(_ entry: LayerEntry) {
    let kind: Kind =
      switch entry.kind {
      case .file: .file
      case .directory: .directory
      case .symbolicLink: .symbolicLink(target: entry.linkTarget)
      case .hardLink(let path): .hardLink(target: path.bytes)
      case .pipe: .pipe
      case .characterDevice(let major, let minor): .characterDevice(major: major, minor: minor)
      case .blockDevice(let major, let minor): .blockDevice(major: major, minor: minor)
      }
    self.init(
      name: entry.path.bytes, kind: kind, mode: entry.mode, userID: entry.userID, groupID: entry.groupID,
      modified: entry.modified, size: entry.size, extendedAttributes: entry.extendedAttributes,
      sparseMap: entry.sparseMap)
  }
}

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzerTestOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  ArchiveFuzz.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
