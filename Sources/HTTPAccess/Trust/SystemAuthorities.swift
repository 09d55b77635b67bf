import FileAccess
import NIOSSL

/// The authorities that the machine trusts, and those that the user's variables name instead.
///
/// `SSL_CERT_FILE` takes the place of the machine's file, and `SSL_CERT_DIR` (folders divided by colons) adds what stands
/// in its folders, under whatever names. On macOS it is the system that judges, unless `SSL_CERT_FILE` is set.
package struct SystemAuthorities: Sendable {
  /// The file of `SSL_CERT_FILE`.
  let namedFile: String?
  let namedFolders: [String]
  private let system: String

  /// - Parameters:
  ///   - system: the folder that stands for `/etc`.
  ///   - variables: the variables of the process.
  package init(system: String = "/etc", variables: [String: String] = [:]) {
    self.system = system
    namedFile = variables[Self.fileVariable].flatMap { $0.isEmpty ? nil : $0 }
    namedFolders = (variables[Self.folderVariable] ?? "").split(separator: ":").map(String.init)
  }

  static let fileVariable = "SSL_CERT_FILE"
  static let folderVariable = "SSL_CERT_DIR"

  /// The machine's own file of certificates, by the places of the systems that there are; nil where there is none.
  var systemFile: String? {
    Self.files.lazy.map { system + $0 }.first { FileLook.isFile($0) }
  }

  /// A folder with certificates under hashes of their names, where there is no such file.
  var systemFolder: String? {
    Self.folders.lazy.map { system + $0 }.first { FileLook.isFolder($0) }
  }

  private static let files = [
    // Debian, Ubuntu, Arch, Gentoo, Alpine
    "/ssl/certs/ca-certificates.crt",
    // Fedora and Red Hat, before and since version 7
    "/pki/tls/certs/ca-bundle.crt", "/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    // SUSE
    "/ssl/ca-bundle.pem",
    // Alpine, the BSDs, macOS
    "/ssl/cert.pem",
  ]

  private static let folders = ["/ssl/certs", "/pki/tls/certs"]

  /// - Throws: ``TransportError`` where a file that a variable names cannot be read.
  func apply(to configuration: inout TLSConfiguration, host: String) throws(TransportError) {
    if let namedFile {
      do { configuration.trustRoots = .certificates(try CertificateFile.certificates(namedFile)) } catch {
        throw TransportError(.tls(host: host, error))
      }
    } else {
      #if os(Linux)
        // An empty list, rather than what the library would look for: it fails where it finds nothing.
        configuration.trustRoots = (systemFile ?? systemFolder).map { .file($0) } ?? .certificates([])
      #endif
    }
    for folder in namedFolders {
      // Whatever is no certificate there is left out, as other programs do.
      let found = FileLook.names(in: folder).flatMap { name in
        (try? CertificateFile.certificates("\(folder)/\(name)")) ?? []
      }
      configuration.additionalTrustRoots.append(.certificates(found))
    }
  }
}
