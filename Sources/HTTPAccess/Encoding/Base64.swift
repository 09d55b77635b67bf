import FoundationEssentials

/// RFC 4648 §4.
package enum Base64 {
  package static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  /// Line breaks are allowed between the characters, nothing else.
  package static func decode(_ text: String) -> [UInt8]? {
    let characters = text.utf8.filter { $0 != 0x0a && $0 != 0x0d }
    return Data(base64Encoded: Data(characters)).map { Array($0) }
  }
}
