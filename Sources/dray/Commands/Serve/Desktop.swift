import EngineClient

/// The desktop that a person sits at.
enum Desktop {
  /// Whether there is one, and somebody at the terminal.
  static func isThere(_ context: CommandContext) -> Bool {
    guard context.isInteractive else { return false }
    #if os(macOS)
      return true
    #else
      return ["DISPLAY", "WAYLAND_DISPLAY"].contains { !(context.environment($0) ?? "").isEmpty }
    #endif
  }

  /// What a person at a desktop may ask for: everything, where no proxy stands before it. Behind a proxy only names are seen,
  /// and nothing would keep private networks out.
  static func registries(throughProxy: Bool) -> [String] {
    throughProxy
      ? ["docker.io", "ghcr.io", "quay.io", "registry.k8s.io", "gcr.io", "mcr.microsoft.com"] : ["docker.io", "*"]
  }

  /// Opens an address in the browser. Where nothing does that, the person opens it.
  static func open(_ address: String, in context: CommandContext) async {
    let variables = context.credentials.variablesForHelpers.filter { $0.key != "DRAY_SERVE_TOKEN" }
    #if os(macOS)
      await BackgroundProgram.start("open", address, variables: variables)
    #else
      await BackgroundProgram.start("xdg-open", address, variables: variables)
    #endif
  }
}
