import FileAccess
import ImageModel
import SystemPackage

/// Which blobs an image archive holds and where they stand in it.
///
/// It is made from the headers of the archive and its `index.json` alone, in one pass. Blobs are known by the digest in
/// their member's name and by nothing else; whether the bytes are right shows only when they are read.
struct ArchiveIndex: Sendable {
  let place: StoredPlace
  private let identity: [FileIdentity]
  /// The bytes of the archive that each blob takes.
  private var blobs: [Digest: Range<Int64>] = [:]

  /// Reads an archive; nil where it holds no image of the repositories that are asked for, or is no image archive at
  /// all: that is settled by `index.json`, and most archives begin with it.
  ///
  /// - Parameter repositories: as in ``ImageReference/qualifiedRepository``; nil for any, and then what is no image
  ///   archive is an error.
  static func read(
    _ place: StoredPlace, of repositories: Set<String>? = nil
  ) throws(ArchiveError) -> ArchiveIndex? {
    let file = try ArchiveBytes.open(place)
    do {
      var index = ArchiveIndex(place, file)
      var isWanted = repositories == nil
      do {
        try index.scan(file) { found in
          isWanted = isWanted || !found.isDisjoint(with: repositories ?? [])
          return isWanted
        }
      } catch let fault as ArchiveFault {
        guard isWanted else { return nil }
        throw fault
      }
      return isWanted ? index : nil
    } catch { throw ArchiveError(error, .read, place.path) }
  }

  private init(_ place: StoredPlace, _ file: ArchiveBytes) {
    self.place = place
    identity = file.identity
  }

  /// Where a blob of this size stands; nil where the archive does not have it.
  func blob(_ digest: Digest, size: Int64) -> StoredBlob? {
    guard let range = blobs[digest], range.upperBound - range.lowerBound == size else { return nil }
    return StoredBlob(
      digest: digest,
      content: StoredContent(size: size, offset: range.lowerBound, place: place, identity: identity))
  }

  /// - Parameter isWanted: told the repositories once they are known; false ends the scan.
  /// - Throws: ``ArchiveFault``; `Errno`.
  private mutating func scan(_ file: ArchiveBytes, isWanted: (Set<String>) -> Bool) throws {
    var scanner = TarScanner(file)
    var documents: Set<MemberName> = []
    while let member = try scanner.next() {
      guard let name = MemberName(member.name) else { continue }
      guard member.kind == .file else { throw ArchiveFault.notAFile(name: name.text) }
      let isNew =
        if case .blob(let digest) = name { blobs.updateValue(member.content, forKey: digest) == nil } else {
          documents.insert(name).inserted
        }
      guard isNew else { throw ArchiveFault.duplicate(name: name.text) }
      if name == .index, !isWanted(try Self.names(in: file, at: member.content).repositories) { return }
    }
    guard documents.contains(.index) || !blobs.isEmpty else { throw ArchiveFault.notAnArchive }
  }

  private static func names(in file: ArchiveBytes, at range: Range<Int64>) throws -> ImageNames {
    let limit = DocumentLimits.standard.manifestBytes
    guard range.upperBound - range.lowerBound <= Int64(limit) else {
      throw ArchiveFault.tooLarge(limit: limit, name: MemberName.index.text)
    }
    var bytes = [UInt8](repeating: 0, count: range.count)
    let count = try bytes.withUnsafeMutableBytes { try file.readFully(into: $0, at: range.lowerBound) }
    guard count == bytes.count else { throw ArchiveFault.truncated }
    return try ImageNames(index: bytes)
  }
}
