import ImageModel

/// What a delta archive leaves out, and on what it builds.
///
/// It stands in the annotations of the image's descriptor in `index.json`. Loaders do not read them: a loader without the
/// base fails over the missing layers, or does not notice.
public struct ArchiveDelta: Sendable, Hashable {
  /// The annotation that lists the blobs which the image names and the archive does not hold: digests with blanks between.
  public static let absentKey = "io.dray.delta.absent"
  /// The annotation that names the images which hold these blobs: `NAME@DIGEST` or a digest alone, with blanks between.
  public static let basesKey = "io.dray.delta.base"

  /// Layers that the archive names and does not hold, and that the base has.
  public let absent: Set<Digest>
  /// The images that hold them, as ``basesKey`` has them.
  public let bases: [String]

  public init(absent: Set<Digest>, bases: [String]) {
    self.absent = absent
    self.bases = bases
  }

  /// Reads annotations; nil where they speak of no delta. What is no digest in them is passed over.
  init?(annotations: [String: String]) {
    guard let list = annotations[Self.absentKey] else { return nil }
    absent = Set(list.split(separator: " ").compactMap { try? Digest(parsing: String($0)) })
    bases = (annotations[Self.basesKey] ?? "").split(separator: " ").map(String.init)
  }

  /// What the descriptor of an image says; nothing where the image is whole.
  func annotations(of layers: [Descriptor]) -> [String: String] {
    var seen: Set<Digest> = []
    let missing = layers.map(\.digest).filter { absent.contains($0) && seen.insert($0).inserted }
    guard !missing.isEmpty else { return [:] }
    return [
      Self.absentKey: missing.map(\.description).joined(separator: " "),
      Self.basesKey: bases.joined(separator: " "),
    ]
  }
}
