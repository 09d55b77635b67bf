import ImageModel

/// What containerd says of its images and contents: the tables of `ctr images ls` and, behind a line, of `ctr content ls`.
///
/// Contents that nothing refers to are collected at any time, and still listed until then: to leave them out of what is
/// sent would leave a broken image. What refers to what stands in the contents' labels (containerd,
/// docs/garbage-collection.md).
struct ContentTable: Sendable {
  /// The images' digests.
  let images: [Digest]
  /// The contents that images lead to.
  let kept: Set<Digest>

  private static let separator = "--"
  private static let reference = "containerd.io/gc.ref.content"

  /// - Parameter ctr: containerd's command with its options.
  static func script(_ ctr: String) -> String { "\(ctr) images ls && echo \(separator) && \(ctr) content ls" }

  /// Nil where the answer is another one.
  init?(_ answer: [UInt8]) {
    let lines = String(decoding: answer, as: UTF8.self).split(separator: "\n")
    guard let end = lines.firstIndex(where: { $0 == Self.separator }) else { return nil }
    images = lines[..<end].compactMap { line in
      let columns = line.split(separator: " ")
      return columns.count > 2 ? try? Digest(parsing: String(columns[2])) : nil
    }
    var contents: [Digest: [Digest]] = [:]
    for line in lines[(end + 1)...] {
      let columns = line.split(separator: "\t")
      guard let digest = columns.first.flatMap({ try? Digest(parsing: String($0)) }) else { continue }
      contents[digest] = columns.count > 3 ? Self.references(columns[3]) : []
    }
    var kept: Set<Digest> = []
    var rest = images
    while let digest = rest.popLast() {
      guard let references = contents[digest], kept.insert(digest).inserted else { continue }
      rest += references
    }
    self.kept = kept
  }

  /// The digests in a column of labels: `containerd.io/gc.ref.content.l.0=sha256:…,…`.
  private static func references(_ labels: Substring) -> [Digest] {
    labels.split(separator: ",").compactMap { label in
      let parts = label.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].hasPrefix(reference) else { return nil }
      return try? Digest(parsing: String(parts[1]))
    }
  }
}
