import FileAccess
import ImageArchive
import ImageCopy
import ImageModel

@testable import HTTPAccess
@testable import RegistryAuth
@testable import RegistryClient

/// The name of an error's entry in docs/troubleshooting.md: its type and its case, such as `registry-tls-not-tls`.
enum ErrorAnchor {
  static func anchor(of error: any Error) -> String {
    switch error {
    case let error as RegistryError:
      switch error.reason {
      case .network(let failure): name("registry", failure)
      case .auth(let failure): name("registry", failure)
      default: name("registry", error.reason)
      }
    case let error as TransportError: name("registry", error.reason)
    // The same of a file, whoever asked for it.
    case ArchiveError.file(let error): name("archive", error)
    case let error as FileError: name("archive", error)
    case let error as ImageReferenceError: name("reference", error.reason)
    // What is wrong with a manifest is the same wherever it stands.
    case ResolveError.manifest(_, let error): anchor(of: error)
    default: name(kebab(typeName(of: error)), error)
    }
  }

  private static func typeName(of error: any Error) -> String {
    let name = String(describing: type(of: error))
    return name.hasSuffix("Error") && name != "Error" ? String(name.dropLast(5)) : name
  }

  /// Errors within errors that have entries of their own.
  private static func hasOwnEntry(_ value: Any) -> Bool {
    value is TLSFailure || value is RedirectRefusal || value is RealmRefusal
      || value is ImageConfigError || value is ProxyFailure || value is UploadFailure
  }

  private static func name(_ type: String, _ value: Any) -> String {
    let value = (value as? ProxyFailure)?.reason ?? value
    let mirror = Mirror(reflecting: value)
    guard mirror.displayStyle == .enum else { return type }
    guard let child = mirror.children.first else { return "\(type)-\(kebab("\(value)"))" }
    let name = "\(type)-\(kebab(child.label ?? ""))"
    let payload = Mirror(reflecting: child.value)
    let values = payload.displayStyle == .tuple ? payload.children.map(\.value) : [child.value]
    return values.first(where: hasOwnEntry).map { Self.name(name, $0) } ?? name
  }

  /// `fromHTTPSToHTTP` as `from-https-to-http`.
  private static func kebab(_ name: String) -> String {
    let letters = Array(name)
    var text = ""
    for (index, letter) in letters.enumerated() {
      let endsWord = index > 0 && letter.isUppercase && !letters[index - 1].isUppercase
      let beginsWord =
        index > 0 && index + 1 < letters.count && letter.isUppercase && letters[index + 1].isLowercase
      if endsWord || beginsWord { text += "-" }
      text += letter.lowercased()
    }
    return text
  }
}
