import FileAccess
import ImageModel
import SystemPackage
import TarFormat

/// The files of an archive by their names: read from its headers alone, in one pass.
///
/// A name is a key and nothing else: none is used as a path. Links are followed within the archive only.
struct ArchiveMembers: Sendable {
  /// What is there of a name.
  enum Entry: Sendable, Hashable {
    case file(Range<Int64>)
    /// A hard or symbolic link to another name.
    case link(MemberPath)
    /// A pipe or a device, or a link that leads out of the archive.
    case other
  }

  /// Links that are followed one after another.
  static let linkLimit = 8
  /// How many folders above a member are looked at. Archives of images have three.
  private static let parentLimit = 8
  /// The most names that are kept to be told.
  private static let toldNames = 1_000

  let place: StoredPlace
  let identity: [FileIdentity]
  private(set) var entries: [MemberPath: Entry] = [:]
  /// Names that are no names of files in an archive, made short, as they stand there.
  private(set) var oddNames: [String] = []
  /// Files that stand in the archive more than once with the same bytes.
  private(set) var repeatedNames: [String] = []

  /// - Throws: ``ArchiveFault``; `Errno`; ``ArchiveError`` where it cannot be opened.
  init(_ place: StoredPlace, _ log: inout FaultLog) throws {
    let file = try ArchiveBytes.open(place)
    self.place = place
    identity = file.identity
    var scanner = TarScanner(file)
    do {
      while let member = try scanner.next() { try add(member, file, &log) }
    } catch let fault as ArchiveFault where !fault.isAboutWhole {
      if let kind = TarKind(of: self) { throw ArchiveFault.otherKind(kind) }
      // Where the next member would begin is not known.
      try log.report(fault)
    }
    if let kind = TarKind(of: self) { throw ArchiveFault.otherKind(kind) }
    try findOverlaps(&log)
  }

  /// A member below a file: programs that unpack would take one or the other.
  private func findOverlaps(_ log: inout FaultLog) throws(ArchiveFault) {
    for name in entries.keys {
      for parent in name.parents(limit: Self.parentLimit) where entries[parent] != nil {
        try log.report(.overlapping(name: name.text))
      }
    }
  }

  private mutating func add(_ member: TarScanner.Member, _ file: ArchiveBytes, _ log: inout FaultLog) throws {
    guard let name = MemberPath(member.name) else {
      // `tar -c .` has it for the folder itself.
      if member.name.elementsEqual("./".utf8) || member.name.elementsEqual(".".utf8) { return }
      if oddNames.count < Self.toldNames { oddNames.append(String(decoding: member.name.prefix(200), as: UTF8.self)) }
      return
    }
    let entry: Entry
    switch member.kind {
    case .file: entry = .file(member.content)
    case .hardLink: entry = MemberPath(member.linkName).map { .link($0) } ?? .other
    case .symbolicLink: entry = MemberPath(member.linkName, from: name).map { .link($0) } ?? .other
    case .pipe, .characterDevice, .blockDevice: entry = .other
    case .directory, .other, .extended, .longName, .sparse: return
    }
    guard let earlier = entries[name] else {
      entries[name] = entry
      return
    }
    guard try Self.agree(earlier, entry, in: file) else {
      return try log.report(ArchiveFault.duplicate(name: name.text))
    }
    if repeatedNames.count < Self.toldNames { repeatedNames.append(name.text) }
  }

  /// The content of a name; nil where there is none.
  ///
  /// - Parameter followsLinks: docker and podman of old wrote layers as links. What the image layout names is a file
  ///   all the same.
  /// - Throws: ``ArchiveFault/notAFile(name:)`` where there is something that is no file.
  func content(_ name: String, followsLinks: Bool) throws(ArchiveFault) -> StoredContent? {
    guard var current = MemberPath(name) else { throw .notAFile(name: name) }
    for _ in 0...Self.linkLimit {
      switch entries[current] {
      case nil: return nil
      case .file(let range):
        return StoredContent(
          size: range.upperBound - range.lowerBound, offset: range.lowerBound, place: place, identity: identity)
      case .link(let target):
        guard followsLinks, current.layoutName == nil else { throw .notAFile(name: name) }
        current = target
      case .other: throw .notAFile(name: name)
      }
    }
    throw .notAFile(name: name)
  }

  /// Whether two members of one name are the same: writers of old put a layer that two images share in twice.
  private static func agree(_ first: Entry, _ second: Entry, in file: ArchiveBytes) throws -> Bool {
    guard case .file(let first) = first, case .file(let second) = second else { return first == second }
    let count = first.upperBound - first.lowerBound
    guard second.upperBound - second.lowerBound == count else { return false }
    var (left, right) = ([UInt8](repeating: 0, count: 64 << 10), [UInt8](repeating: 0, count: 64 << 10))
    var position: Int64 = 0
    while position < count {
      let wanted = Int(min(count - position, Int64(left.count)))
      for (start, isLeft) in [(first.lowerBound, true), (second.lowerBound, false)] {
        let read = try (isLeft ? { try left.withUnsafeMutableBytes($0) } : { try right.withUnsafeMutableBytes($0) })(
          { try file.readFully(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<wanted]), at: start + position) })
        guard read == wanted else { throw ArchiveFault.truncated }
      }
      guard left[..<wanted] == right[..<wanted] else { return false }
      position += Int64(wanted)
    }
    return true
  }
}
