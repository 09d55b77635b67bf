import FoundationEssentials
import SystemPackage
import Testing

/// Looks for secrets where none may be: in everything that the program prints, and in the files that it leaves.
///
/// Every test that starts the program goes through it, so the whole suite watches for the passwords that it uses:
/// those given on standard input and in the environment, and whatever has "canary" in it.
struct SecretCheck: Sendable {
  private var secrets: Set<String> = ["canary"]

  init(input: String, environment: [String: String] = [:]) {
    add(input)
    for (name, value) in environment where name.contains("PASSWORD") || name.contains("TOKEN") { add(value) }
  }

  /// A secret as it is, and as a part of what Basic authentication makes of it.
  private mutating func add(_ text: String) {
    for line in text.split(separator: "\n") where line.utf8.count >= 6 { secrets.insert(String(line)) }
  }

  /// The first secret found in `text`.
  func secret(in text: String) -> String? {
    secrets.first { secret in
      text.contains(secret) || Self.encodings(of: secret).contains { text.contains($0) }
    }
  }

  /// What Base64 makes of a text whatever stands around it: the part that is the same, for each of three places.
  static func encodings(of secret: String) -> [String] {
    (0..<3).map { shift in
      let bytes = [UInt8](repeating: 0, count: shift) + Array(secret.utf8)
      let whole = bytes.count - bytes.count % 3
      let encoded = Data(bytes[..<whole]).base64EncodedString()
      return String(encoded.dropFirst(shift == 0 ? 0 : 4))
    }.filter { $0.utf8.count >= 4 }
  }

  func expectNone(
    in ended: Dray.Ended, folder: FilePath, files: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(secret(in: ended.output) == nil, "T041: a secret on standard output", sourceLocation: sourceLocation)
    #expect(secret(in: ended.errors) == nil, "T041: a secret on standard error", sourceLocation: sourceLocation)
    for name in files where name.hasSuffix(".journal") || name.hasSuffix(".part") {
      guard let content = try? Data(contentsOf: URL(filePath: folder.appending(name).string)) else { continue }
      // The beginning has the documents; what follows are the image's own bytes.
      let text = String(decoding: content.prefix(1 << 20), as: UTF8.self)
      #expect(secret(in: text) == nil, "T041: a secret in \(name)", sourceLocation: sourceLocation)
    }
  }
}
