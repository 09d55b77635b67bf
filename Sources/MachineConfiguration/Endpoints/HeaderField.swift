/// A header field that configuration adds to requests. Its value may be a secret, so it is not shown.
public struct HeaderField: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  public let name: String
  public let value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  public var description: String { name }
  public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
