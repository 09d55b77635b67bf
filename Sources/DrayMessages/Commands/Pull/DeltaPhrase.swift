import ImageArchive

/// What is said about deltas.
package enum DeltaPhrase: Phrased {
  /// The archive is a delta of these images.
  case delta(absent: Int, bases: [String])

  /// How many names are shown.
  private static let shownBases = 3

  package init(_ delta: ArchiveDelta) {
    self = .delta(absent: delta.absent.count, bases: delta.bases)
  }

  package var phrase: Phrase {
    switch self {
    case .delta(let absent, let bases):
      Phrase(
        "This is a delta without \(absent, "layer"). It loads only where the base is present: \(whole: Self.list(bases))",
        chinese: "这是增量归档：省去了 \(absent) 层，只能加载到已有基础镜像的环境：\(whole: Self.list(bases))")
    }
  }

  private static func list(_ bases: [String]) -> String {
    bases.prefix(shownBases).joined(separator: ", ")
      + (bases.count > shownBases ? " (+\(bases.count - shownBases))" : "")
  }
}
