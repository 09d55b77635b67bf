import ImageModel
import TarFormat

/// Puts members behind one another and keeps count.
struct ArchiveLayout {
  private let names: ArchiveMemberNames
  private(set) var blobs: [ArchivePlan.Blob] = []
  private(set) var size: Int64 = 0
  private(set) var offsets: [Digest: Int64] = [:]
  private var sizes: [Digest: Int64] = [:]
  private var extents: [ArchivePlan.Extent] = []
  /// Bytes behind the last extent that are not in one yet.
  private var pending: [UInt8] = []

  init(names: ArchiveMemberNames) {
    self.names = names
  }

  var finishedExtents: [ArchivePlan.Extent] {
    pending.isEmpty ? extents : extents + [.literal(offset: size - Int64(pending.count), bytes: pending)]
  }

  mutating func append(literal bytes: [UInt8]) throws(ArchiveError) {
    try advance(by: Int64(bytes.count))
    pending += bytes
  }

  mutating func append(folder name: String) throws(ArchiveError) {
    try append(literal: TarHeader(name: name, kind: .directory, size: 0).encoded)
  }

  mutating func append(file name: String, content: [UInt8]) throws(ArchiveError) {
    let count = Int64(content.count)
    let header = TarHeader(name: name, kind: .file, size: count).encoded
    try append(literal: header + content + TarHeader.padding(after: count))
  }

  /// Appends a document, unless it is there already.
  mutating func append(_ document: ImageDocument) throws(ArchiveError) {
    let descriptor = document.descriptor
    guard descriptor.size == document.bytes.count else {
      throw .documentSizeDiffers(descriptor.digest, expected: descriptor.size, actual: document.bytes.count)
    }
    guard try beginContent(of: descriptor) else { return }
    try append(literal: document.bytes + TarHeader.padding(after: descriptor.size))
  }

  /// Appends a place for a blob, unless there is one already.
  mutating func append(blob descriptor: Descriptor) throws(ArchiveError) {
    guard try beginContent(of: descriptor) else { return }
    if !pending.isEmpty {
      extents.append(.literal(offset: size - Int64(pending.count), bytes: pending))
      pending = []
    }
    extents.append(.blob(offset: size, descriptor))
    blobs.append(ArchivePlan.Blob(descriptor: descriptor, offset: size))
    try advance(by: descriptor.size)
    try append(literal: TarHeader.padding(after: descriptor.size))
  }

  /// Appends the header of a content and notes where the content starts; false if it is there already.
  private mutating func beginContent(of descriptor: Descriptor) throws(ArchiveError) -> Bool {
    let digest = descriptor.digest
    if let known = sizes[digest] {
      guard known == descriptor.size else { throw .conflictingSizes(digest) }
      return false
    }
    guard descriptor.size >= 0 else { throw .archiveTooLarge }
    sizes[digest] = descriptor.size
    try append(literal: TarHeader(name: names.name(of: digest), kind: .file, size: descriptor.size).encoded)
    offsets[digest] = size
    return true
  }

  private mutating func advance(by count: Int64) throws(ArchiveError) {
    let (sum, overflow) = size.addingReportingOverflow(count)
    guard !overflow else { throw .archiveTooLarge }
    size = sum
  }
}
