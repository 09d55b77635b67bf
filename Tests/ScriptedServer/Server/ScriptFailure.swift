/// The client did not keep to the script. Thrown by `ScriptedServer.run`.
public struct ScriptFailure: Error, CustomStringConvertible {
  /// Each unexpected request or failed reply, in words.
  public let unexpected: [String]
  /// Names of the required rules that no request used.
  public let unmet: [String]
  /// What the body of the run threw itself.
  public let underlying: (any Error)?

  public var description: String {
    var lines = unexpected.map { "unexpected: \($0)" } + unmet.map { "required but not asked for: \($0)" }
    if let underlying { lines.append("and the test threw: \(underlying)") }
    return lines.joined(separator: "\n")
  }
}
