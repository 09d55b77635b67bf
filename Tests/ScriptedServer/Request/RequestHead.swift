/// What the client sent is no request by RFC 9112.
public struct MalformedRequest: Error, CustomStringConvertible {
  public let description: String

  init(_ detail: String) {
    description = "malformed request: \(detail)"
  }
}

/// Parses a request line and header lines (RFC 9112, sections 3 and 5), with no leniency.
enum RequestHead {
  static func parse(_ bytes: [UInt8]) throws(MalformedRequest) -> RecordedRequest {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw MalformedRequest("head is not UTF-8") }
    // Split on the scalars: for Swift, CR LF is one character.
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    guard lines.popLast() == "", lines.popLast() == "\r" else { throw MalformedRequest("no empty line") }
    for index in lines.indices {
      guard lines[index].unicodeScalars.last == "\r" else { throw MalformedRequest("a line without CR") }
      lines[index].unicodeScalars.removeLast()
      guard !lines[index].unicodeScalars.contains("\r"), !lines[index].unicodeScalars.contains("\0") else {
        throw MalformedRequest("CR or NUL inside a line")
      }
    }
    guard let first = lines.first else { throw MalformedRequest("no request line") }
    let parts = first.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, isToken(parts[0]), !parts[1].isEmpty, ["HTTP/1.1", "HTTP/1.0"].contains(parts[2]) else {
      throw MalformedRequest("request line \(first.debugDescription)")
    }
    var headers: HeaderFields = []
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":"), isToken(String(line[..<colon])) else {
        throw MalformedRequest("header line \(line.debugDescription)")
      }
      let value = line[line.index(after: colon)...]
      headers.append((String(line[..<colon]), trimmed(value)))
    }
    let request = RecordedRequest(method: parts[0], target: parts[1], version: parts[2], headers: headers)
    guard request.version == "HTTP/1.0" || request.values("Host").count == 1 else {
      throw MalformedRequest("\(request.values("Host").count) Host headers")
    }
    guard request.values("Content-Length").count + request.values("Transfer-Encoding").count <= 1 else {
      throw MalformedRequest("two framings of the body")
    }
    return request
  }

  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  private static func trimmed(_ text: Substring) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
