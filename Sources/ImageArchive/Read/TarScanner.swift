import FileAccess
import SystemPackage
import TarFormat

/// Walks over the members of a tar archive. It reads headers and nothing else, each once, and never uses a name as a
/// path.
struct TarScanner {
  /// The largest extended header or long name that is read, in bytes.
  static let extensionLimit = 1 << 20
  /// What all extensions of one archive may have together, in bytes.
  static let extensionsLimit = 16 << 20
  /// Enough for an image of 10,000 layers with every folder and document around them, and for a few such images.
  static let memberLimit = 100_000
  /// How much may stand behind the end of an archive, in bytes: writers fill up their last record.
  private static let paddingLimit: Int64 = 1 << 20

  struct Member {
    let name: [UInt8]
    /// What a link points to.
    let linkName: [UInt8]
    let kind: TarBlock.Kind
    /// The bytes of the archive that the content takes.
    let content: Range<Int64>
  }

  private let file: ArchiveBytes
  private var position: Int64 = 0
  private var count = 0
  private var extensionBytes = 0

  init(_ file: ArchiveBytes) {
    self.file = file
  }

  /// The next member; nil at the end of the archive.
  ///
  /// - Throws: ``ArchiveFault``; `Errno`.
  mutating func next() throws -> Member? {
    var extensions = EntryExtensions()
    while true {
      let start = position
      guard let block = try readBlock() else {
        guard extensions.isEmpty else { throw ArchiveFault.malformedHeader(offset: start) }
        return nil
      }
      count += 1
      guard count <= Self.memberLimit else { throw ArchiveFault.tooManyMembers(limit: Self.memberLimit) }
      guard try !take(block, into: &extensions, at: start) else { continue }
      let told = Self.told(extensions.name(block) ?? block.name)
      guard let name = extensions.name(block), let linkName = extensions.linkName(block) else {
        throw ArchiveFault.malformedHeader(offset: start, name: told)
      }
      if block.kind == .sparse || extensions.extended?.isSparse == true {
        throw ArchiveFault.sparseMember(offset: start, name: told)
      }
      guard let size = extensions.storedSize(block) else {
        throw ArchiveFault.conflictingSizes(offset: start, name: told)
      }
      return Member(name: name, linkName: linkName, kind: block.kind, content: try passContent(of: size))
    }
  }

  /// Takes a header that says something of the next one; false where it is a member's own.
  private mutating func take(_ block: TarBlock, into extensions: inout EntryExtensions, at start: Int64) throws -> Bool
  {
    let malformed = ArchiveFault.malformedHeader(offset: start, name: Self.told(block.name))
    switch block.kind {
    case .extended(isGlobal: false):
      guard extensions.extended == nil, let header = ExtendedHeader(try readExtension(block)) else { throw malformed }
      extensions.extended = header
    case .extended(isGlobal: true):
      // What one says of all members' names and sizes makes no sense; comments do.
      guard let header = ExtendedHeader(try readExtension(block)), header.path == nil, header.linkPath == nil,
        header.size == nil, !header.isSparse
      else { throw malformed }
    case .longName(let isLink):
      let name = Array(try readExtension(block).prefix { $0 != 0 })
      guard extensions.take(longName: name, isLink: isLink) else { throw malformed }
    case .file, .directory, .hardLink, .symbolicLink, .pipe, .characterDevice, .blockDevice, .sparse, .other:
      return false
    }
    return true
  }

  /// A name for people, made short; nil for none.
  private static func told(_ name: [UInt8]) -> String? {
    name.isEmpty ? nil : String(decoding: name.prefix(200), as: UTF8.self)
  }

  private mutating func readExtension(_ block: TarBlock) throws -> [UInt8] {
    let tooLarge = { ArchiveFault.tooLarge(limit: $0, name: Self.told(block.name)) }
    guard block.size <= Self.extensionLimit else { throw tooLarge(Self.extensionLimit) }
    extensionBytes += Int(block.size)
    guard extensionBytes <= Self.extensionsLimit else { throw tooLarge(Self.extensionsLimit) }
    let range = try passContent(of: block.size)
    var bytes = [UInt8](repeating: 0, count: Int(block.size))
    guard try bytes.withUnsafeMutableBytes({ try file.readFully(into: $0, at: range.lowerBound) }) == bytes.count
    else { throw ArchiveFault.truncated }
    return bytes
  }

  /// Steps over a content and what fills its last block.
  private mutating func passContent(of size: Int64) throws -> Range<Int64> {
    guard size <= file.size - position else { throw ArchiveFault.truncated }
    let content = position..<(position + size)
    let padding = Int64(TarHeader.padding(after: size).count)
    guard padding <= file.size - content.upperBound else { throw ArchiveFault.truncated }
    position = content.upperBound + padding
    return content
  }

  /// The next header; nil at the two zero blocks that end an archive.
  private mutating func readBlock() throws -> TarBlock? {
    try withUnsafeTemporaryAllocation(byteCount: TarHeader.blockSize, alignment: 8) { buffer in
      let start = position
      guard try file.readFully(into: buffer, at: start) == buffer.count else {
        throw start == 0 ? try noArchive() : ArchiveFault.truncated
      }
      position += Int64(buffer.count)
      guard buffer.allSatisfy({ $0 == 0 }) else {
        guard let block = TarBlock(UnsafeRawBufferPointer(buffer)) else {
          throw start == 0 ? try noArchive() : ArchiveFault.malformedHeader(offset: start)
        }
        return block
      }
      // A file of zeros is no archive, not even an empty one: nobody makes those.
      guard start > 0 else { throw ArchiveFault.notAnArchive }
      try checkEnd()
      return nil
    }
  }

  /// What a file is whose first block is no header.
  private func noArchive() throws(Errno) -> ArchiveFault {
    try withUnsafeTemporaryAllocation(byteCount: ArchiveCompression.markLength, alignment: 1) {
      buffer throws(Errno) in
      let count = try file.readFully(into: buffer, at: 0)
      return ArchiveCompression(start: buffer[..<count]).map { .compressed($0) } ?? .notAnArchive
    }
  }

  /// Behind the first zero block there is a second one, and then nothing but zeros.
  private func checkEnd() throws {
    let rest = file.size - position
    guard rest >= Int64(TarHeader.blockSize) else { throw ArchiveFault.truncated }
    guard rest <= Self.paddingLimit else { throw ArchiveFault.bytesBehindEnd }
    var bytes = [UInt8](repeating: 0, count: Int(rest))
    let count = try bytes.withUnsafeMutableBytes { try file.readFully(into: $0, at: position) }
    guard count == bytes.count else { throw ArchiveFault.truncated }
    guard bytes.allSatisfy({ $0 == 0 }) else { throw ArchiveFault.bytesBehindEnd }
  }
}
