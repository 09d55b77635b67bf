/// Where somebody has set the address of an engine.
public enum AddressOrigin: Sendable, Hashable {
  /// A variable of the environment.
  case variable(String)
  /// The path of docker's own file, whose `currentContext` is in use.
  case file(path: String)
}
