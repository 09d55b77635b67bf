import HTTPAccess
import MachineConfiguration

extension TrustSettings {
  /// Believes what is set up on the machine: its authorities, and what the folders of single hosts hold.
  public mutating func use(_ roots: ConfigurationRoots) {
    system = SystemAuthorities(system: roots.system ?? "/etc", variables: roots.variables)
    folders = { origin in
      HostTrust(
        HostCertificates(roots, host: origin.host, port: origin.port, defaultPort: origin.scheme.defaultPort))
    }
  }
}

extension HostTrust {
  /// What configuration says of a host.
  package init(_ certificates: HostCertificates) {
    self.init(
      authorityFiles: certificates.authorityFiles,
      client: certificates.client.map { ClientCertificate(certificateFile: $0.certificateFile, keyFile: $0.keyFile) },
      isUnverified: certificates.isUnverified)
    sources.authorities = certificates.sources.authorities
    sources.client = certificates.sources.client
  }
}
