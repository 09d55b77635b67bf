import HTTPAccess
import ImageModel
import MachineConfiguration

extension TrustSettings {
  /// Believes what is set up on the machine: its authorities, and what the folders of single hosts hold.
  public mutating func use(_ roots: ConfigurationRoots) {
    system = SystemAuthorities(system: roots.system ?? "/etc", variables: roots.variables)
    folders = { origin in
      HostTrust(roots, host: origin.host, port: origin.port, defaultPort: origin.scheme.defaultPort)
    }
  }
}
