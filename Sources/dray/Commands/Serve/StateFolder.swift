/// Where programs keep what outlives them (XDG Base Directory Specification).
enum StateFolder {
  /// Nil for a user without a home.
  static func path(_ environment: (String) -> String?) -> String? {
    if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/dray" }
    guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.local/state/dray"
  }
}
