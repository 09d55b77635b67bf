import DrayMessages
import FileAccess
import ImageCopy
import ImageModel
import NIOCore
import RegistryServer
import SystemPackage

extension ServerSettings {
  /// The certificate that the options ask for, and the authority of the server's own where it signs that.
  ///
  /// - Throws: ``ServeOptionError``; `CertificateError`; `FileError`.
  static func certificate(
    _ options: ServeOptions, host: String, environment: (String) -> String?
  ) throws -> (ServerCertificate?, OwnAuthority?) {
    guard options.isSelfSigned else {
      guard options.tlsFolder == nil else { throw ServeOptionError.folderWithoutSelfSigned }
      switch (options.certificate, options.key) {
      case (nil, nil): return (nil, nil)
      case (let chain?, let key?):
        return (try ServerCertificate(chain: FilePath(chain), key: FilePath(key)), nil)
      default: throw ServeOptionError.halfCertificate
      }
    }
    guard options.certificate == nil, options.key == nil else { throw ServeOptionError.selfSignedWithCertificate }
    guard let folder = options.tlsFolder ?? StateFolder.path(environment).map({ $0 + "/tls" }) else {
      throw ServeOptionError.noFolderForAuthority
    }
    guard !folder.isEmpty else { throw ServeOptionError.emptyPath }
    let named = options.serverNames.filter { $0 != "*" }
    let hosts = { @Sendable in Self.hosts(named, host: host) }
    let authority = try OwnAuthority(
      in: FilePath(folder), for: hosts(), needed: Self.usable(named + [host]),
      now: WallClock.seconds())
    let certificate = try ServerCertificate(
      of: authority, names: hosts, now: WallClock.seconds)
    return (certificate, authority)
  }

  /// The names and addresses that clients may call the server by.
  private static func hosts(_ named: [String], host: String) -> [String] {
    var hosts = named + [host]
    if isEvery(host) {
      let devices = (try? System.enumerateDevices()) ?? []
      hosts = named + devices.compactMap { $0.address?.ipAddress }.sorted()
    }
    return usable(hosts + FileLook.hostNames + ["localhost", "127.0.0.1", "::1"])
  }

  private static func isEvery(_ host: String) -> Bool { host == "0.0.0.0" || host == "::" }

  /// Those that a certificate can name, each once.
  private static func usable(_ hosts: [String]) -> [String] {
    var seen: Set<String> = []
    return hosts.map { IPAddress(parsing: $0)?.description ?? $0.lowercased() }.filter { name in
      let isName = IPAddress(parsing: name) != nil || (try? RegistryName(parsing: name)) != nil
      // A link-local address means something together with a device of the client alone.
      return isName && !name.hasPrefix("fe80:") && seen.insert(name).inserted
    }
  }
}
