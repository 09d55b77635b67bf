import FileAccess
import RegistryServer

extension ServerSettings {
  /// The address as clients write it: `https://10.0.0.5:5000`.
  func url(port: Int?) -> String {
    "\(certificate == nil ? "http" : "https")://\(authority(port: port ?? self.port))"
  }

  /// `host:port`, by the first name that the server was given. Without one, a server that listens on every address is named by
  /// this machine's name.
  func authority(port: Int) -> String {
    let isEvery = host == "0.0.0.0" || host == "::"
    let host = publicName ?? (isEvery ? FileLook.hostNames.first ?? "localhost" : host)
    return "\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }
}
