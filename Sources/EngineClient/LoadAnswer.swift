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
    try Self.checkUnpacked(words, of: kind)
  }

  /// Docker on containerd's store keeps an image that it could not unpack, and says so among the names of those that it could
  /// (moby, daemon/containerd/image_exporter.go).
  ///
  /// - Throws: ``EngineError/refused(_:words:)``.
  static func checkUnpacked(_ words: String, of kind: EngineKind) throws(EngineError) {
    guard kind == .docker,
      let line = words.split(separator: "\n").first(where: { $0.hasPrefix("Error unpacking image ") })
    else { return }
    throw .refused(kind, words: String(line))
  }

  /// The words of an answer that is an error as a whole.
  static func message(_ bytes: [UInt8]) -> String? { lines(bytes).lazy.compactMap { $0.message ?? $0.error }.last }

  private static func lines(_ bytes: [UInt8]) -> [Line] {
    bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
      .compactMap { try? JSONDecoder().decode(Line.self, from: Data($0)) }
  }
}
