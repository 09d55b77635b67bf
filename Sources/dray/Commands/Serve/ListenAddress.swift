import ImageModel

/// Where to listen, as one types it: `127.0.0.1:5000`, `[::1]:5000`, `:5000` for every address, `5000` for this machine.
struct ListenAddress: Sendable, Hashable {
  /// Without brackets; nil where only a port was named.
  let host: String?
  let port: Int

  init?(parsing text: String) {
    let colon = text.lastIndex(of: ":")
    let digits = colon.map { text[text.index(after: $0)...] } ?? text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit), let port = Int(digits), port <= 65_535 else { return nil }
    self.port = port
    guard let colon else {
      host = nil
      return
    }
    let named = text[..<colon]
    if named.hasPrefix("[") {
      guard named.hasSuffix("]"), named.count > 2 else { return nil }
      host = String(named.dropFirst().dropLast())
    } else {
      guard !named.contains(":"), !named.contains(where: \.isWhitespace) else { return nil }
      host = named.isEmpty || named == "*" ? "0.0.0.0" : String(named)
    }
  }
}
