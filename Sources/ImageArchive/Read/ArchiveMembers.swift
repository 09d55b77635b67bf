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
    case link(String)
    /// A pipe or a device.
    case other
  }

  /// Links that are followed one after another.
  static let linkLimit = 8

  let place: StoredPlace
  let identity: [FileIdentity]
  private(set) var entries: [String: Entry] = [:]

  /// - Throws: ``ArchiveFault``; `Errno`; ``ArchiveError`` where it cannot be opened.
  init(_ place: StoredPlace) throws {
    let file = try ArchiveBytes.open(place)
    self.place = place
    identity = file.identity
    var scanner = TarScanner(file)
    while let member = try scanner.next() {
      // What leads out of the archive is not in it.
      guard let name = Self.name(member.name) else { continue }
      let entry: Entry
      switch member.kind {
      case .file: entry = .file(member.content)
      case .hardLink: entry = Self.name(member.linkName).map { .link($0) } ?? .other
      case .symbolicLink:
        entry = Self.name(member.linkName, from: name).map { .link($0) } ?? .other
      case .pipe, .characterDevice, .blockDevice: entry = .other
      case .directory, .other, .extended, .longName, .sparse: continue
      }
      guard let earlier = entries.updateValue(entry, forKey: name) else { continue }
      guard try Self.agree(earlier, entry, in: file) else { throw ArchiveFault.duplicate(name: name) }
    }
  }

  /// The content of a name; nil where there is none.
  ///
  /// - Throws: ``ArchiveFault/notAFile(name:)`` where there is something that is no file.
  func content(_ name: String) throws(ArchiveFault) -> StoredContent? {
    guard var current = Self.name(Array(name.utf8)) else { throw .notAFile(name: name) }
    for _ in 0...Self.linkLimit {
      switch entries[current] {
      case nil: return nil
      case .file(let range):
        return StoredContent(
          size: range.upperBound - range.lowerBound, offset: range.lowerBound, place: place, identity: identity)
      case .link(let target): current = target
      case .other: throw .notAFile(name: name)
      }
    }
    throw .notAFile(name: name)
  }

  /// A member's name without dots and slashes that mean nothing; nil where it is empty, absolute, leads out of the
  /// archive or is no text.
  ///
  /// - Parameter link: the name of the link that is followed, where it is relative to its folder.
  private static func name(_ bytes: [UInt8], from link: String? = nil) -> String? {
    guard let text = String(validating: bytes, as: UTF8.self), !text.hasPrefix("/"), !text.contains("\0") else {
      return nil
    }
    var parts = link.map { $0.split(separator: "/").dropLast().map(String.init) } ?? []
    for part in text.split(separator: "/") {
      switch part {
      case ".": continue
      case "..":
        guard link != nil, parts.popLast() != nil else { return nil }
      default: parts.append(String(part))
      }
    }
    return parts.isEmpty ? nil : parts.joined(separator: "/")
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
