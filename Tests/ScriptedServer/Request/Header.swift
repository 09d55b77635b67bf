/// One header line, as it stands on the wire: the name's case, order and repetition are kept.
public struct Header: Sendable, Hashable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension Sequence where Element == Header {
  /// The values of every line with this name, in order; the name's case does not matter.
  public func values(_ name: String) -> [String] {
    let wanted = name.lowercased()
    return filter { $0.name.lowercased() == wanted }.map(\.value)
  }

  /// The value of the first line with this name.
  public func first(_ name: String) -> String? {
    values(name).first
  }
}
