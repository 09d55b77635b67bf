/// One link of a `Link` header (RFC 8288 §3): how a registry names the next page of a list.
package struct LinkHeader: Sendable, Hashable {
  /// The address as the server wrote it, relative or absolute. It is foreign: resolve and judge it.
  package let target: String
  /// The relation types, in lower case.
  package let relations: Set<String>

  /// All header lines together, in bytes.
  static let inputLimit = 16 << 10
  static let linkLimit = 32

  /// Reads all links of all header lines. A malformed link is left out, and the rest of its line with it; a link about
  /// something else than the page that was asked for (`anchor`) is left out too.
  package static func parse(_ values: [String]) -> [LinkHeader] {
    var links: [LinkHeader] = []
    var room = inputLimit
    for value in values {
      guard value.utf8.count <= room else { continue }
      room -= value.utf8.count + 1
      var scanner = FieldScanner(value)
      scanner.skipListSeparators()
      while !scanner.isAtEnd, links.count < linkLimit, let target = target(&scanner) {
        guard let parameters = parameters(&scanner) else { break }
        let relations = parameters["rel"]?.lowercased().split(separator: " ").map(String.init) ?? []
        if !target.isEmpty, parameters["anchor"] == nil {
          links.append(LinkHeader(target: target, relations: Set(relations)))
        }
        scanner.skipListSeparators()
      }
    }
    return links
  }

  /// The address of the next page.
  package static func next(in values: [String]) -> String? {
    parse(values).first { $0.relations.contains("next") }?.target
  }

  private static func target(_ scanner: inout FieldScanner) -> String? {
    guard scanner.skip("<") else { return nil }
    let target = scanner.take { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
    return scanner.skip(">") ? target ?? "" : nil
  }

  /// Of several parameters of one name the first counts.
  private static func parameters(_ scanner: inout FieldScanner) -> [String: String]? {
    var parameters: [String: String] = [:]
    while true {
      scanner.skipBlanks()
      guard scanner.skip(";") else { break }
      scanner.skipBlanks()
      guard let name = scanner.token()?.lowercased() else { continue }
      scanner.skipBlanks()
      var value = ""
      if scanner.skip("=") {
        scanner.skipBlanks()
        guard let text = scanner.quotedString() ?? scanner.token() else { return nil }
        value = text
      }
      if parameters[name] == nil { parameters[name] = value }
    }
    return scanner.isAtEnd || scanner.next == UInt8(ascii: ",") ? parameters : nil
  }
}
