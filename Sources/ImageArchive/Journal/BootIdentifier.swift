import FileAccess
import SystemPackage

/// Tells one boot of the machine from another.
enum BootIdentifier {
  /// nil where the system does not say.
  static let current: String? = {
    guard let bytes = try? FileDescriptor.bytes(of: "/proc/sys/kernel/random/boot_id", limit: 64) else { return nil }
    let text = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    return text.isEmpty ? nil : text
  }()
}
