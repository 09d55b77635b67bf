/// Where the configuration of the machine and of its user is, passed in as a value: a test brings folders of its own.
/// It never prints, since variables hold secrets.
public struct ConfigurationRoots: Sendable {
  /// What stands for `/etc`; nil where nothing of the machine's is looked at.
  public let system: String?
  /// What stands for `~/.config`; nil without a home.
  public let user: String?
  package let variables: [String: String]

  /// - Parameters:
  ///   - system: the folder that stands for `/etc`.
  ///   - variables: the variables of the process.
  public init(system: String?, variables: [String: String]) {
    self.system = system
    self.variables = variables
    let named = variables["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    user = named ?? variables["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.config" }
  }

  /// No folder and no variable.
  public static let none = ConfigurationRoots(system: nil, variables: [:])

  /// The variable's value, where there is one and it is not empty.
  subscript(_ name: String) -> String? {
    variables[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension ConfigurationRoots: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "configuration under \(system ?? "nothing")" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
