/// One member of a tar archive with all that a file system knows of it. What does not fit into a header stands in an
/// extended one before it (POSIX.1-2017, pax; extended attributes as `SCHILY.xattr`; sparse files in GNU tar's format 1.0).
///
/// The same member has the same bytes always.
package struct TarMember: Sendable {
  package enum Kind: Sendable, Hashable {
    case file, directory
    case symbolicLink(target: [UInt8])
    /// Another name of an earlier member.
    case hardLink(target: [UInt8])
    case pipe
    case characterDevice(major: UInt32, minor: UInt32)
    case blockDevice(major: UInt32, minor: UInt32)
  }

  /// Without a slash at its end; it may be any bytes but zero.
  package var name: [UInt8]
  package var kind: Kind
  /// Permissions, with the bits for set-user-ID, set-group-ID and sticky.
  package var mode: UInt16
  package var userID: UInt32
  package var groupID: UInt32
  package var modified: TarTime
  /// A file's bytes, holes included.
  package var size: Int64
  package var extendedAttributes: [[UInt8]: [UInt8]]
  /// Nil for a file without holes.
  package var sparseMap: SparseMap?

  package init(
    name: [UInt8], kind: Kind, mode: UInt16, userID: UInt32 = 0, groupID: UInt32 = 0,
    modified: TarTime = TarTime(seconds: 0), size: Int64 = 0, extendedAttributes: [[UInt8]: [UInt8]] = [:],
    sparseMap: SparseMap? = nil
  ) {
    self.name = name
    self.kind = kind
    self.mode = mode
    self.userID = userID
    self.groupID = groupID
    self.modified = modified
    self.size = size
    self.extendedAttributes = extendedAttributes
    self.sparseMap = sparseMap
  }

  /// The bytes that follow ``encoded``: a file's, or of a sparse one its data. ``TarHeader/padding(after:)`` of them and of
  /// the map follows.
  package var dataSize: Int64 { kind == .file ? sparseMap?.dataSize ?? size : 0 }

  /// The headers, and the map of a sparse file. What follows it is padded for itself: the map fills its blocks.
  package var encoded: [UInt8] {
    let map = kind == .file ? sparseMap.map(Self.text) ?? [] : []
    let content = dataSize + Int64(map.count)
    let fullName = kind == .directory ? name + [UInt8(ascii: "/")] : name
    let (link, type) = (linkName, type)
    let (major, minor) = device

    var records: [UInt8] = []
    var headerName = fullName
    if !map.isEmpty {
      records += TarRecord.encoded("GNU.sparse.major", Array("1".utf8))
      records += TarRecord.encoded("GNU.sparse.minor", Array("0".utf8))
      records += TarRecord.encoded("GNU.sparse.name", fullName)
      records += TarRecord.encoded("GNU.sparse.realsize", Array("\(size)".utf8))
      // Whoever does not know the format sees that this is not the file itself.
      headerName = Array("GNUSparseFile.0/".utf8) + lastName
    }
    if headerName.count > TarHeader.nameLength { records += TarRecord.encoded("path", headerName) }
    if link.count > TarHeader.nameLength { records += TarRecord.encoded("linkpath", link) }
    if content > TarHeader.largestPlainSize { records += TarRecord.encoded("size", Array("\(content)".utf8)) }
    if userID > Self.largestPlainOwner { records += TarRecord.encoded("uid", Array("\(userID)".utf8)) }
    if groupID > Self.largestPlainOwner { records += TarRecord.encoded("gid", Array("\(groupID)".utf8)) }
    let hasPlainTime = modified.nanoseconds == 0 && (0...TarHeader.largestPlainSize).contains(modified.seconds)
    if !hasPlainTime { records += TarRecord.encoded("mtime", Array(modified.text.utf8)) }
    for (name, value) in extendedAttributes.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      records += TarRecord.encoded(Array("SCHILY.xattr.".utf8) + name, value)
    }

    let block = TarFields(
      name: Array(headerName.prefix(TarHeader.nameLength)), mode: Int(mode),
      userID: userID > Self.largestPlainOwner ? 0 : Int64(userID),
      groupID: groupID > Self.largestPlainOwner ? 0 : Int64(groupID),
      size: content > TarHeader.largestPlainSize ? 0 : content,
      modified: min(max(modified.seconds, 0), TarHeader.largestPlainSize), type: type,
      linkName: Array(link.prefix(TarHeader.nameLength)), deviceMajor: Int64(major), deviceMinor: Int64(minor)
    ).block
    guard !records.isEmpty else { return block + map }
    let extended = TarFields(
      name: Array((Array("PaxHeaders/".utf8) + lastName).prefix(TarHeader.nameLength)), mode: 0o644,
      size: Int64(records.count), type: "x"
    ).block
    return extended + records + TarHeader.padding(after: Int64(records.count)) + block + map
  }

  /// Seven octal digits.
  private static let largestPlainOwner: UInt32 = 0o7_777_777

  private var lastName: ArraySlice<UInt8> {
    name.lastIndex(of: UInt8(ascii: "/")).map { name[($0 + 1)...] } ?? name[...]
  }

  private var linkName: [UInt8] {
    switch kind {
    case .symbolicLink(let target), .hardLink(let target): target
    default: []
    }
  }

  private var device: (UInt32, UInt32) {
    switch kind {
    case .characterDevice(let major, let minor), .blockDevice(let major, let minor): (major, minor)
    default: (0, 0)
    }
  }

  private var type: Unicode.Scalar {
    switch kind {
    case .file: "0"
    case .hardLink: "1"
    case .symbolicLink: "2"
    case .characterDevice: "3"
    case .blockDevice: "4"
    case .directory: "5"
    case .pipe: "6"
    }
  }

  /// How many pieces there are, then offset and count of each, a number a line, filled up to whole blocks. An empty piece at
  /// the end says where a file ends with a hole.
  private static func text(_ map: SparseMap) -> [UInt8] {
    var numbers: [Int64] = map.data.flatMap { [$0.lowerBound, Int64($0.count)] }
    if map.data.last?.upperBound != map.size { numbers += [map.size, 0] }
    let text = ([Int64(numbers.count / 2)] + numbers).map { "\($0)\n" }.joined()
    return Array(text.utf8) + TarHeader.padding(after: Int64(text.utf8.count))
  }
}

extension TarTime {
  /// Decimal seconds, as an extended header has them.
  var text: String {
    guard nanoseconds > 0 else { return "\(seconds)" }
    let isNegative = seconds < 0
    let whole = isNegative ? -(seconds + 1) : seconds
    var digits = "\(isNegative ? 1_000_000_000 - nanoseconds : nanoseconds)"
    digits = String(repeating: "0", count: 9 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(isNegative ? "-" : "")\(whole).\(digits)"
  }
}
