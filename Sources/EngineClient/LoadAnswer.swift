import FoundationEssentials

/// What Docker's API and podman's say after `POST /images/load`: JSON objects one after another, with what happened and
/// with why it failed, under a status that may be good either way.
struct LoadAnswer: Sendable {
  let words: String

  private struct Line: Decodable {
    let stream: String?
    let error: String?
    /// Of an answer that is an error as a whole.
    let message: String?
  }

  /// - Throws: ``EngineError/refused(_:words:)``.
  init(_ bytes: [UInt8], status: Int, of kind: EngineKind) throws(EngineError) {
    let lines = Self.lines(bytes)
    if let error = lines.lazy.compactMap(\.error).last { throw .refused(kind, words: error) }
    guard (200..<300).contains(status) else {
      throw .refused(kind, words: lines.lazy.compactMap(\.message).last ?? "HTTP \(status)")
    }
    words = lines.compactMap(\.stream).joined()
  }

  /// The words of an answer that is an error as a whole.
  static func message(_ bytes: [UInt8]) -> String? { lines(bytes).lazy.compactMap { $0.message ?? $0.error }.last }

  private static func lines(_ bytes: [UInt8]) -> [Line] {
    bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
      .compactMap { try? JSONDecoder().decode(Line.self, from: Data($0)) }
  }
}
