import FileAccess
import FoundationEssentials
import HTTPAccess
import MachineConfiguration
import RegistryAuth

extension RegistryAccess {
  /// Registries as this machine is set up for them: mirrors, certificates and exemptions of docker, containerd and podman,
  /// proxies of the environment, and the logins that their files and helpers keep.
  ///
  /// - Parameters:
  ///   - registries: those that `DRAY_USERNAME` and `DRAY_PASSWORD` are for, as in a reference: `harbor.example.com`.
  ///   - variables: the environment.
  public static func ofThisMachine(
    registries: Set<String> = [], variables: [String: String] = ProcessInfo.processInfo.environment
  ) -> RegistryAccess {
    let environment = CredentialEnvironment(variables: variables, userID: getuid())
    var access = RegistryAccess(
      credentials: CredentialChain.standard(registries: registries, environment: environment))
    access.use(ConfigurationRoots(system: "/etc", variables: variables))
    access.network.proxies = ProxyRules(variables: variables)
    return access
  }
}
