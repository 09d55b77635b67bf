import SystemPackage

/// Tells one boot of the machine from another.
enum BootIdentifier {
  /// nil where the system does not say.
  static let current: String? = {
    guard let file = try? FileDescriptor.open("/proc/sys/kernel/random/boot_id", .readOnly, options: .closeOnExec)
    else { return nil }
    defer { try? file.close() }
    var bytes = [UInt8](repeating: 0, count: 64)
    guard let count = try? bytes.withUnsafeMutableBytes({ try file.read(into: $0) }) else { return nil }
    let text = String(decoding: bytes[..<count].prefix { $0 > 0x20 }, as: UTF8.self)
    return text.isEmpty ? nil : text
  }()
}
