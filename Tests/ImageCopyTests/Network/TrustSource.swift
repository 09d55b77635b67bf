import MachineConfiguration
import PullScenes
import RegistryClient
import TemporaryFolders

/// Every place that an authority may be named in.
enum TrustSource: String, CaseIterable, Sendable {
  case option, fileVariable, folderVariable, docker, containers, user, hostsFile

  /// Names a file of certificates for a registry at `authority`, and nothing else that is trusted.
  ///
  /// - Parameters:
  ///   - root: stands for `/`.
  ///   - more: further lines of hosts.toml.
  func trust(
    _ file: String, for authority: String, at root: ConfigurationFolder, in scene: inout PullScene, more: String = ""
  ) throws {
    var variables = ["HOME": root.path("home")]
    switch self {
    case .option: scene.access.network.trust.authorityFiles = [file]
    case .fileVariable: variables["SSL_CERT_FILE"] = file
    case .folderVariable:
      try root.copy(file, to: "named/any")
      variables["SSL_CERT_DIR"] = root.path("named")
    case .docker: try root.copy(file, to: "etc/docker/certs.d/\(authority)/ca.crt")
    case .containers: try root.copy(file, to: "etc/containers/certs.d/\(authority)/ca.crt")
    case .user: try root.copy(file, to: "home/.config/containers/certs.d/\(authority)/ca.crt")
    case .hostsFile:
      try root.copy(file, to: "\(Self.hostsFolder(authority))/ca.pem")
      try root.write(
        "server = \"https://\(authority)\"\nca = \"ca.pem\"\n\(more)", to: "\(Self.hostsFolder(authority))/hosts.toml")
    }
    scene.access.use(ConfigurationRoots(system: root.path("etc"), variables: variables))
  }

  static func hostsFolder(_ authority: String) -> String { "etc/containerd/certs.d/\(authority)" }
}
