import CLibrary
import FoundationEssentials
import SystemPackage
import Testing

/// Looks for secrets where none may be: in everything that programs print, in what errors tell, and in the files that are
/// left.
///
/// It knows the passwords that a program is given on standard input and in the environment, and takes whatever has
/// "canary" in it for a secret: every password and every token of the tests has.
package struct SecretCheck: Sendable {
  private var secrets: Set<String> = ["canary"]

  package init(input: String = "", environment: [String: String] = [:], secrets: [String] = []) {
    add(input)
    for (name, value) in environment where name.contains("PASSWORD") || name.contains("TOKEN") { add(value) }
    for secret in secrets { add(secret) }
  }

  private mutating func add(_ text: String) {
    for line in text.split(separator: "\n") where line.utf8.count >= 6 { secrets.insert(String(line)) }
  }

  /// The first secret found in `text`: as it is, or as a part of what Basic authentication makes of it.
  package func secret(in text: String) -> String? { secret(in: Array(text.utf8)) }

  package func secret(in bytes: [UInt8]) -> String? {
    secrets.first { secret in
      ([secret] + Self.encodings(of: secret)).contains { Self.holds(bytes, $0) }
    }
  }

  private static func holds(_ bytes: [UInt8], _ text: String) -> Bool {
    let text = Array(text.utf8)
    return bytes.withUnsafeBytes { bytes in
      guard var place = bytes.baseAddress else { return false }
      let end = place + bytes.count
      while let found = memchr(place, Int32(text[0]), end - place), end - UnsafeRawPointer(found) >= text.count {
        if memcmp(found, text, text.count) == 0 { return true }
        place = UnsafeRawPointer(found) + 1
      }
      return false
    }
  }

  /// What Base64 makes of a text whatever stands around it: the part that is the same, for each of three places.
  private static func encodings(of secret: String) -> [String] {
    (0..<3).map { shift in
      let bytes = [UInt8](repeating: 0, count: shift) + Array(secret.utf8)
      let whole = bytes.count - bytes.count % 3
      let encoded = Data(bytes[..<whole]).base64EncodedString()
      return String(encoded.dropFirst(shift == 0 ? 0 : 4))
    }.filter { $0.utf8.count >= 4 }
  }
}

extension SecretCheck {
  /// Fails the test where `text` has a secret in it.
  ///
  /// - Parameter place: what the text is, for the failure's message, which has not the text.
  package func expectNone(
    in text: some StringProtocol, _ place: Comment, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectNone(in: Array(text.utf8), place, sourceLocation: sourceLocation)
  }

  package func expectNone(
    in bytes: [UInt8], _ place: Comment, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard secret(in: bytes) != nil else { return }
    Issue.record("T041: a secret in \(place.rawValue)", sourceLocation: sourceLocation)
  }

  /// - Parameter known: files that had a secret before the program was started: a test put them there.
  package func expectNone(
    in folder: FilePath, but known: Set<String>, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for name in files(in: folder).subtracting(known).sorted() {
      Issue.record("T041: a secret in \(name)", sourceLocation: sourceLocation)
    }
  }

  /// The same for what the servers of a test have logged there: files whose names end in `log`.
  package func expectNone(inLogsBelow folder: FilePath, sourceLocation: SourceLocation = #_sourceLocation) {
    for name in files(in: folder).sorted() where name.hasSuffix("log") {
      Issue.record("T041: a secret in \(name)", sourceLocation: sourceLocation)
    }
  }

  /// The files anywhere below a folder that hold a secret.
  package func files(in folder: FilePath) -> Set<String> {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder.string)) ?? []
    return Set(names.filter { secret(inFile: folder.appending($0).string) != nil })
  }

  private func secret(inFile path: String) -> String? {
    // A pipe would never end.
    guard (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType == .typeRegular,
      let file = try? FileDescriptor.open(FilePath(path), .readOnly)
    else { return nil }
    defer { try? file.close() }
    // The beginning has the documents; what follows are the image's own bytes.
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = (try? bytes.withUnsafeMutableBytes { try file.read(into: $0) }) ?? 0
    return secret(in: Array(bytes[..<count]))
  }
}
