import TarFormat

/// A member of a layer that a test makes.
struct LayerMember {
  var header: TarMember
  var content: [UInt8] = []

  static func file(
    _ name: String, _ text: String = "", mode: UInt16 = 0o644, owner: (UInt32, UInt32) = (0, 0), time: Int64 = 1_000,
    attributes: [String: String] = [:]
  ) -> LayerMember {
    LayerMember(
      header: TarMember(
        name: Array(name.utf8), kind: .file, mode: mode, userID: owner.0, groupID: owner.1,
        modified: TarTime(seconds: time, nanoseconds: 5), size: Int64(text.utf8.count),
        extendedAttributes: Dictionary(uniqueKeysWithValues: attributes.map { (Array($0.utf8), Array($1.utf8)) })),
      content: Array(text.utf8))
  }

  static func folder(_ name: String, mode: UInt16 = 0o755, owner: (UInt32, UInt32) = (0, 0)) -> LayerMember {
    other(name, .directory, mode: mode, owner: owner)
  }

  static func link(_ name: String, to target: String) -> LayerMember {
    other(name, .symbolicLink(target: Array(target.utf8)), mode: 0o777)
  }

  static func hardLink(_ name: String, to target: String) -> LayerMember {
    other(name, .hardLink(target: Array(target.utf8)))
  }

  static func whiteout(_ name: String) -> LayerMember { file(name) }

  static func other(
    _ name: String, _ kind: TarMember.Kind, mode: UInt16 = 0o644, owner: (UInt32, UInt32) = (0, 0)
  ) -> LayerMember {
    LayerMember(
      header: TarMember(
        name: Array(name.utf8), kind: kind, mode: mode, userID: owner.0, groupID: owner.1,
        modified: TarTime(seconds: 2_000)))
  }

  static func tar(_ members: [LayerMember]) -> [UInt8] {
    members.flatMap { $0.header.encoded + $0.content + TarHeader.padding(after: Int64($0.content.count)) }
      + [UInt8](repeating: 0, count: 2 * TarHeader.blockSize)
  }
}
