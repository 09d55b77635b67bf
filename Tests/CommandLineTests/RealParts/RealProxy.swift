import SystemPackage

/// squid on loopback, for which certain names are this machine.
struct RealProxy: Sendable {
  /// `127.0.0.1:PORT`.
  let address: String
  private let folder: FilePath

  /// Runs `body` with a proxy, which is stopped afterwards. The options are those of Tests/RealParts/proxy.
  static func run(in dray: Dray, _ options: [String], _ body: (RealProxy) async throws -> Void) async throws {
    let folder = dray.folder.appending("proxy")
    let address = try await RealPart.proxy.run(["start", folder.string] + options)
    do {
      try await body(RealProxy(address: address, folder: folder))
    } catch {
      try await stop(folder)
      throw error
    }
    try await stop(folder)
  }

  /// A line for each request so far: status, method, address.
  func requests() async throws -> [String] {
    try await RealPart.proxy.run(["log", folder.string]).split(separator: "\n").map(String.init)
  }

  private static func stop(_ folder: FilePath) async throws {
    // What is read is searched for secrets.
    try await RealPart.proxy.runEvenIfCancelled(["log", folder.string])
    try await RealPart.proxy.runEvenIfCancelled(["stop", folder.string])
    try await RealPart.run("rm", ["-rf", folder.string])
  }
}
