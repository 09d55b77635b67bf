import FileAccess
import SystemPackage

/// What `/etc/resolv.conf` says, as far as it matters here (resolv.conf(5)). Lines that are none are passed over, as the C
/// library does.
package struct ResolverConfiguration: Sendable {
  package static let path = "/etc/resolv.conf"
  /// The C library looks at no more (MAXNS).
  private static let mostServers = 3

  /// In their order; the machine itself where none is named.
  package let servers: [NameServerAddress]
  /// The first domain in which a name without a dot is looked for.
  package let domain: String?

  package init(parsing bytes: [UInt8]) {
    var servers: [NameServerAddress] = []
    var domain: String?
    for line in bytes.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
      // A keyword begins its line.
      guard let first = line.first, first != 0x20, first != 0x09 else { continue }
      let words = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 }).map { String(decoding: $0, as: UTF8.self) }
      guard words.count > 1 else { continue }
      switch words[0] {
      case "nameserver":
        if servers.count < Self.mostServers, let server = NameServerAddress(parsing: words[1]) {
          servers.append(server)
        }
      case "domain", "search": domain = words[1]
      default: break
      }
    }
    self.servers = servers.isEmpty ? [NameServerAddress(parsing: "127.0.0.1")].compactMap(\.self) : servers
    self.domain = domain
  }

  /// This machine's.
  static func read() -> ResolverConfiguration {
    ResolverConfiguration(parsing: (try? FileDescriptor.bytes(of: FilePath(path), limit: 1 << 20)) ?? [])
  }

  /// The question to ask for a host: one without a dot is first looked for in the domain.
  func question(for host: String) -> NameQuestion? {
    guard !host.contains("."), let domain else { return NameQuestion(host) }
    return NameQuestion("\(host).\(domain)") ?? NameQuestion(host)
  }
}
