/// The path of an entry within a root, without dots, empty names and a slash at its ends: `usr/bin/env`. The root itself
/// has no bytes. It may be any bytes but zero; none of its names is `..`.
package struct LayerPath: Sendable, Hashable {
  package let bytes: [UInt8]

  package static let root = LayerPath(checked: [])

  /// Nil where a name is `..` or holds a zero byte.
  package init?(_ text: some Collection<UInt8>) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    for name in text.split(separator: Self.slash) {
      if name.elementsEqual(".".utf8) { continue }
      if name.elementsEqual("..".utf8) || name.contains(0) { return nil }
      if !bytes.isEmpty { bytes.append(Self.slash) }
      bytes += name
    }
    self.bytes = bytes
  }

  private init(checked bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The path of names that stood in a ``LayerPath``.
  init(names: [[UInt8]]) {
    bytes = Array(names.joined(separator: [Self.slash]))
  }

  package var isRoot: Bool { bytes.isEmpty }

  /// The names that lead to it from the root.
  package var components: [ArraySlice<UInt8>] { bytes.split(separator: Self.slash) }

  /// The last name; empty for the root.
  package var name: ArraySlice<UInt8> {
    bytes.lastIndex(of: Self.slash).map { bytes[($0 + 1)...] } ?? bytes[...]
  }

  /// The folder that it stands in; the root for the root.
  package var parent: LayerPath {
    LayerPath(checked: bytes.lastIndex(of: Self.slash).map { Array(bytes[..<$0]) } ?? [])
  }

  /// The path of a name in this folder. The name is one that stood in a ``LayerPath``.
  package func appending(_ name: some Collection<UInt8>) -> LayerPath {
    LayerPath(checked: bytes.isEmpty ? Array(name) : bytes + [Self.slash] + name)
  }

  /// As text; bytes that are none are replaced.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  private static let slash = UInt8(ascii: "/")
}
