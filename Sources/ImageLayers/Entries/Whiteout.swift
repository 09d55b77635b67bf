/// An entry that takes something away which lower layers have (OCI image-spec, layer.md "Whiteouts").
package enum Whiteout: Sendable, Hashable {
  /// The file or the folder at this path, in lower layers.
  case removal(LayerPath)
  /// Everything in this folder, in lower layers; the folder itself stays.
  case opaque(LayerPath)
  /// A file that AUFS keeps at this path for the hard links of its layer. Engines make it only where those lead to it.
  case linkSource(LayerPath)
  /// What AUFS notes for itself in the root: engines pass it over.
  case bookkeeping

  private static let prefix = Array(".wh.".utf8)
  private static let ownPrefix = Array(".wh..wh.".utf8)
  private static let linkFolder = Array(".wh..wh.plnk".utf8)
  private static let opaqueName = Array(".wh..wh..opq".utf8)

  /// Most paths hold nothing that looks like a whiteout, and need no second look.
  private static func mayBegin(in bytes: [UInt8]) -> Bool {
    zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: ".") && $1 == UInt8(ascii: "w") }
  }

  /// The folder of ``linkSource(_:)``.
  static var linkFolderPath: LayerPath { LayerPath(names: [linkFolder]) }

  /// Whether a path is one where AUFS keeps a file for hard links.
  static func isLinkSource(_ path: LayerPath) -> Bool {
    guard mayBegin(in: path.bytes) else { return false }
    let names = path.components
    return names.count > 1 && names[0].elementsEqual(linkFolder)
  }

  /// What an entry takes away; nil for an entry like any other.
  ///
  /// - Throws: ``LayerError/unsafeWhiteout(member:)`` for a whiteout of nothing, `.` or `..`;
  ///   ``LayerError/unsafePath(member:)`` where a folder on the way is named like a whiteout.
  init?(_ path: LayerPath) throws(LayerError) {
    guard Self.mayBegin(in: path.bytes) else { return nil }
    let names = path.components
    guard let name = names.last else { return nil }
    if names[0].starts(with: Self.ownPrefix), !path.bytes.elementsEqual(Self.opaqueName) {
      self = Self.isLinkSource(path) ? .linkSource(path) : .bookkeeping
      return
    }
    guard !names.dropLast().contains(where: { $0.starts(with: Self.prefix) }) else {
      throw .unsafePath(member: path.text)
    }
    guard name.starts(with: Self.prefix) else { return nil }
    if name.elementsEqual(Self.opaqueName) {
      self = .opaque(path.parent)
      return
    }
    let target = name.dropFirst(Self.prefix.count)
    guard !target.isEmpty, !target.elementsEqual(".".utf8), !target.elementsEqual("..".utf8) else {
      throw .unsafeWhiteout(member: path.text)
    }
    self = .removal(path.parent.appending(target))
  }
}
