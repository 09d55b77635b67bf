/// A system and an architecture that an image runs on (OCI image-spec, image-index.md), in containerd's normal form.
///
/// The same platform has several names in the wild; `aarch64`, `arm64` and `arm64/v8` are one value of this type.
public struct Platform: Sendable, Hashable {
  /// Such as `linux`.
  public let os: String
  /// Such as `amd64`.
  public let architecture: String
  /// Such as `v7`; nil where the architecture's plain form is meant.
  public let variant: String?
  /// The version of the system, which Windows images have.
  public let osVersion: String?
  /// Features of the system that the image needs, such as `win32k` or `erofs`.
  public let osFeatures: [String]

  public init(
    os: String, architecture: String, variant: String? = nil, osVersion: String? = nil, osFeatures: [String] = []
  ) {
    self.os = Self.normalizedSystem(os)
    (self.architecture, self.variant) = Self.normalizedArchitecture(architecture, variant: variant)
    self.osVersion = osVersion.flatMap { $0.isEmpty ? nil : $0 }
    self.osFeatures = osFeatures
  }

  /// Reads `os/architecture` or `os/architecture/variant`; a known architecture alone stands for Linux on it.
  public init(parsing text: String) throws(PlatformError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy(Self.isName) else { throw .malformed(text) }
    switch parts.count {
    case 1:
      let platform = Platform(os: "linux", architecture: parts[0])
      guard Self.knownArchitectures.contains(platform.architecture) else { throw .malformed(text) }
      self = platform
    case 2: self.init(os: parts[0], architecture: parts[1])
    case 3: self.init(os: parts[0], architecture: parts[1], variant: parts[2])
    default: throw .malformed(text)
    }
  }

  /// Linux on the architecture that this program was compiled for.
  public static let host = Platform(os: "linux", architecture: hostArchitecture)

  private static var hostArchitecture: String {
    #if arch(x86_64)
      "amd64"
    #elseif arch(arm64)
      "arm64"
    #elseif arch(arm)
      "arm"
    #elseif arch(i386)
      "386"
    #elseif arch(riscv64)
      "riscv64"
    #elseif arch(powerpc64le)
      "ppc64le"
    #elseif arch(s390x)
      "s390x"
    #else
      #error("The name of this architecture in images is not known.")
    #endif
  }

  private static let knownArchitectures: Set<String> = [
    "386", "amd64", "arm", "arm64", "loong64", "mips64le", "ppc64le", "riscv64", "s390x",
  ]

  private static func isName(_ part: String) -> Bool {
    !part.isEmpty && part.utf8.allSatisfy { $0.isLetterOrDigit || "_.-".utf8.contains($0) }
  }
}

extension Platform: CustomStringConvertible {
  /// The platform as one types it: `linux/arm/v7`.
  public var description: String {
    [os, architecture, variant].compactMap(\.self).joined(separator: "/")
  }
}

/// containerd's normal form (github.com/containerd/platforms, database.go).
extension Platform {
  private static func normalizedSystem(_ name: String) -> String {
    let name = name.lowercased()
    return name == "macos" ? "darwin" : name
  }

  private static func normalizedArchitecture(_ name: String, variant: String?) -> (String, String?) {
    let variant = (variant?.lowercased()).flatMap { $0.isEmpty ? nil : $0 }
    switch name.lowercased() {
    case "i386": return ("386", nil)
    case "x86_64", "x86-64", "amd64": return ("amd64", variant == "v1" ? nil : variant)
    case "aarch64", "arm64":
      switch variant {
      case "8", "v8", "v8.0": return ("arm64", nil)
      case "9", "9.0", "v9.0": return ("arm64", "v9")
      default: return ("arm64", variant)
      }
    case "armhf": return ("arm", "v7")
    case "armel": return ("arm", "v6")
    case "arm":
      switch variant {
      case nil, "7": return ("arm", "v7")
      case "5", "6", "8": return ("arm", variant.map { "v\($0)" })
      default: return ("arm", variant)
      }
    case let other: return (other, variant)
    }
  }
}
