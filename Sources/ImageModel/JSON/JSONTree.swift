import FoundationEssentials

/// A JSON text as values in their order, each written as it was: for files that belong to other programs too, of which
/// one thing is to be changed and nothing else lost.
package indirect enum JSONTree: Sendable, Hashable {
  case object([Member])
  case array([JSONTree])
  /// A string, a number, `true`, `false` or `null`, as it stands in the text.
  case literal([UInt8])

  package struct Member: Sendable, Hashable {
    /// As it stands in the text, with its quotes.
    let writtenName: [UInt8]
    package let name: String
    package var value: JSONTree

    package init(_ name: String, _ value: JSONTree) {
      self.init(writtenName: JSONTree.written(name), name: name, value: value)
    }

    init(writtenName: [UInt8], name: String, value: JSONTree) {
      self.writtenName = writtenName
      self.name = name
      self.value = value
    }
  }

  /// Reads one JSON value in UTF-8 with no duplicate names.
  package init(parsing bytes: [UInt8]) throws(JSONFault) {
    try JSONScanner.check(bytes, numbers: .finite)
    var parser = Parser(bytes: bytes)
    self = parser.value()
  }

  /// Reads one JSON value in UTF-8 as Go's encoding/json reads it into the settings of docker and podman: of several
  /// members of one name the last counts, and of several objects of one name at the top all members.
  package init(mergingDuplicates bytes: [UInt8]) throws(JSONFault) {
    try JSONScanner.check(bytes, numbers: .finite, allowsDuplicates: true)
    var parser = Parser(bytes: bytes)
    self = parser.value().withoutDuplicates(mergingObjects: true)
  }

  private func withoutDuplicates(mergingObjects: Bool) -> JSONTree {
    switch self {
    case .literal: return self
    case .array(let values): return .array(values.map { $0.withoutDuplicates(mergingObjects: false) })
    case .object(let members):
      var kept: [Member] = []
      var places: [String: Int] = [:]
      for member in members {
        guard let place = places[member.name] else {
          places[member.name] = kept.count
          kept.append(member)
          continue
        }
        if mergingObjects, case .object(let first) = kept[place].value, case .object(let more) = member.value {
          kept[place].value = .object(first + more)
        } else {
          kept[place].value = member.value
        }
      }
      for index in kept.indices { kept[index].value = kept[index].value.withoutDuplicates(mergingObjects: false) }
      return .object(kept)
    }
  }

  /// Where a member's name begins; of several members of one name, that of the one that counts.
  ///
  /// - Parameter names: those of the objects' members that lead to it, the outermost first.
  /// - Returns: nil where there is none, or the text is no JSON.
  package static func place(of names: [String], in bytes: [UInt8]) -> TextPlace? {
    guard (try? JSONScanner.check(bytes, numbers: .finite, allowsDuplicates: true)) != nil else { return nil }
    var parser = Parser(bytes: bytes)
    return parser.offset(of: names[...]).map { TextPlace(offset: $0, in: bytes) }
  }

  package static func string(_ text: String) -> JSONTree { .literal(written(text)) }

  package static func number(_ number: Int64) -> JSONTree { .literal(Array("\(number)".utf8)) }

  /// The text of a string; nil for anything else.
  package var text: String? {
    guard case .literal(let bytes) = self, bytes.first == UInt8(ascii: "\"") else { return nil }
    return Self.text(bytes)
  }

  package var members: [Member] {
    guard case .object(let members) = self else { return [] }
    return members
  }

  /// The value of a member. Setting one that is there keeps its place, a new one comes last, nil removes it. What is no
  /// object becomes one.
  package subscript(name: String) -> JSONTree? {
    get { members.first { $0.name == name }?.value }
    set {
      var members = members
      let index = members.firstIndex { $0.name == name }
      switch (newValue, index) {
      case (let value?, let index?): members[index].value = value
      case (let value?, nil): members.append(Member(name, value))
      case (nil, let index?): members.remove(at: index)
      case (nil, nil): break
      }
      self = .object(members)
    }
  }

  fileprivate static func text(_ bytes: [UInt8]) -> String? {
    try? JSONDecoder().decode(String.self, from: Data(bytes))
  }

  fileprivate static func written(_ text: String) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    // A string always has a form in JSON.
    return (try? encoder.encode(text)).map { Array($0) } ?? Array("\"\"".utf8)
  }
}

extension JSONTree {
  /// The text with a line for each value, indented by tabs, as Docker and podman write theirs.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes, depth: 0)
    return bytes
  }

  private func write(to bytes: inout [UInt8], depth: Int) {
    switch self {
    case .literal(let literal): bytes += literal
    case .array(let values):
      Self.write(values, "[", "]", to: &bytes, depth: depth) { $0.write(to: &$1, depth: depth + 1) }
    case .object(let members):
      Self.write(members, "{", "}", to: &bytes, depth: depth) {
        $1 += $0.writtenName
        $1 += ": ".utf8
        $0.value.write(to: &$1, depth: depth + 1)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, to bytes: inout [UInt8], depth: Int,
    _ write: (Element, inout [UInt8]) -> Void
  ) {
    bytes += open.utf8
    for (index, element) in elements.enumerated() {
      bytes += (index == 0 ? "\n" : ",\n").utf8
      bytes += [UInt8](repeating: UInt8(ascii: "\t"), count: depth + 1)
      write(element, &bytes)
    }
    if !elements.isEmpty { bytes += [UInt8(ascii: "\n")] + [UInt8](repeating: UInt8(ascii: "\t"), count: depth) }
    bytes += close.utf8
  }
}

/// Takes a text apart that ``JSONScanner`` has found right: its depth is limited, and every value ends.
private struct Parser {
  let bytes: [UInt8]
  var offset = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func value() -> JSONTree {
    skipBlanks()
    switch bytes[offset] {
    case UInt8(ascii: "{"): return .object(elements(until: "}") { $0.member() })
    case UInt8(ascii: "["): return .array(elements(until: "]") { $0.value() })
    default: return .literal(literal())
    }
  }

  /// Where the name of a member stands, in the value that begins here.
  mutating func offset(of names: ArraySlice<String>) -> Int? {
    skipBlanks()
    guard let name = names.first, bytes[offset] == UInt8(ascii: "{") else {
      _ = value()
      return nil
    }
    return elements(until: "}") { parser -> Int? in
      let place = parser.offset
      let isMeant = JSONTree.text(parser.literal()) == name
      parser.skipBlanks()
      parser.offset += 1
      if isMeant, names.count > 1 { return parser.offset(of: names.dropFirst()) }
      _ = parser.value()
      return isMeant ? place : nil
    }.lazy.compactMap(\.self).last
  }

  private mutating func member() -> JSONTree.Member {
    let written = literal()
    skipBlanks()
    offset += 1
    return JSONTree.Member(writtenName: written, name: JSONTree.text(written) ?? "", value: value())
  }

  private mutating func elements<Element>(
    until close: Unicode.Scalar, _ element: (inout Parser) -> Element
  ) -> [Element] {
    var elements: [Element] = []
    repeat {
      offset += 1
      skipBlanks()
      guard bytes[offset] != UInt8(ascii: close) else { break }
      elements.append(element(&self))
      skipBlanks()
    } while bytes[offset] == UInt8(ascii: ",")
    offset += 1
    return elements
  }

  private mutating func literal() -> [UInt8] {
    let start = offset
    if bytes[offset] == UInt8(ascii: "\"") {
      offset += 1
      while bytes[offset] != UInt8(ascii: "\"") { offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1 }
      offset += 1
    } else {
      while offset < bytes.count, !" \t\r\n,]}".utf8.contains(bytes[offset]) { offset += 1 }
    }
    return Array(bytes[start..<offset])
  }

  private mutating func skipBlanks() {
    while offset < bytes.count, " \t\r\n".utf8.contains(bytes[offset]) { offset += 1 }
  }
}
