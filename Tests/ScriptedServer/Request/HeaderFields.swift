/// Header lines as they stand on the wire: order, repetition and the name's case are kept.
public typealias HeaderFields = [(name: String, value: String)]

extension HeaderFields {
  /// The values of every line with this name, in order; the name's case does not matter.
  public func values(_ name: String) -> [String] {
    let wanted = name.lowercased()
    return filter { $0.name.lowercased() == wanted }.map(\.value)
  }
}
