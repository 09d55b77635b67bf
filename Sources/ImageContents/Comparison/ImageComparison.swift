import ImageLayers
import ImageModel

/// Compares two images, reading as little as that takes: layers that both begin with are read only where they are on disk,
/// and what is in a registry and on disk is read from disk.
package struct ImageComparison: Sendable {
  private let first: ReadableImage
  private let second: ReadableImage
  /// How many layers both begin with.
  private let shared: Int
  private let width: Int
  private let passed: @Sendable (Int) -> Void

  /// - Parameters:
  ///   - width: layers that are read at the same time.
  ///   - passed: told how many compressed bytes were read.
  package init(
    _ first: ReadableImage, _ second: ReadableImage, width: Int, passed: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.first = first.borrowing(from: second)
    self.second = second.borrowing(from: first)
    self.width = width
    self.passed = passed
    shared = zip(first.layers, second.layers).prefix { $0.identity != nil && $0.identity == $1.identity }.count
  }

  private var base: Range<Int> { 0..<shared }

  /// Whether the shared layers are on disk.
  private var isBaseKnown: Bool { first.layers[base].allSatisfy { $0.content != nil } }

  /// The compressed sizes of what is going to be read.
  package var sizes: [Int64] {
    let layers = first.layers[shared...] + second.layers[shared...] + (isBaseKnown ? first.layers[base] : [])
    return layers.map { $0.size ?? 0 }
  }

  /// - Throws: ``ImageContentError``; `ArchiveError`; `RegistryError`; `CancellationError`.
  package func run() async throws -> ImageDifference {
    var root = MergedRoot(keepsRemovals: !isBaseKnown, firstLayer: isBaseKnown ? 0 : shared)
    if isBaseKnown { root = try await merger(first).merge(base, onto: root) }
    let entries = EntryCache(
      of: Set(first.layers[shared...].compactMap(\.identity))
        .intersection(second.layers[shared...].compactMap(\.identity)))
    let one = try await merger(first, entries).merge(shared..<first.layers.count, onto: root)
    let other = try await merger(second, entries).merge(shared..<second.layers.count, onto: root)
    return ImageDifference(
      layers: layers, config: ConfigDifference.all(first.config, second.config), files: files(one, other),
      isBaseUnknown: !isBaseKnown)
  }

  private func merger(_ image: ReadableImage, _ entries: EntryCache? = nil) -> RootMerger {
    RootMerger(image: image, isDigesting: true, width: width, entries: entries, passed: passed)
  }

  /// In the order of the first image, what the second one has beside it behind.
  private var layers: [ImageDifference.LayerEntry] {
    let (one, other) = (Set(first.layers.compactMap(\.identity)), Set(second.layers.compactMap(\.identity)))
    let left = first.layers.map { layer in
      ImageDifference.LayerEntry(
        side: layer.identity.map(other.contains) ?? false ? .both : .first, name: layer.name, size: layer.size)
    }
    let right = second.layers.filter { !($0.identity.map(one.contains) ?? false) }
    return left + right.map { ImageDifference.LayerEntry(side: .second, name: $0.name, size: $0.size) }
  }

  private func files(_ one: MergedRoot, _ other: MergedRoot) -> [FileDifference] {
    var found: [FileDifference] = []
    MergedRoot.forEachDifference(one, other) { old, new in
      guard let path = (old ?? new)?.path else { return }
      let change = change(old, new, path, one, other)
      // A folder on the way to something is one that the shared layers have, most often.
      if change == .unknown, (old ?? new)?.kind == .directory { return }
      found.append(FileDifference(change: change, path: path, old: old, new: new))
    }
    return isBaseKnown ? found : withRemovals(found, one, other)
  }

  /// What only whiteouts tell of, where the shared layers are not known.
  private func withRemovals(
    _ differences: [FileDifference], _ one: MergedRoot, _ other: MergedRoot
  ) -> [FileDifference] {
    var found = differences
    let known = Set(found.map(\.path))
    for (removals, others, change) in [
      (other.removals, one.removals, FileDifference.Change.removed), (one.removals, other.removals, .added),
    ] {
      // What was put there again stands in the roots.
      for path in removals.paths where !known.contains(path) && !others.cover(path) {
        guard (try? one.entry(at: path, followingLink: false)) == .some(nil) else { continue }
        found.append(FileDifference(change: change, path: path, old: nil, new: nil))
      }
      for path in removals.cleared where !others.cleared.contains(path) && !others.cover(path) {
        found.append(FileDifference(change: .unknown, path: path, old: nil, new: nil))
      }
    }
    return found.sorted { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) }
  }

  private func change(
    _ old: RootEntry?, _ new: RootEntry?, _ path: LayerPath, _ one: MergedRoot, _ other: MergedRoot
  ) -> FileDifference.Change {
    switch (old, new) {
    case (nil, _): isBaseKnown || one.removals.cover(path) ? .added : .unknown
    case (_, nil): isBaseKnown || other.removals.cover(path) ? .removed : .unknown
    default: .changed
    }
  }
}

extension ReadableImage {
  /// The image with its layers read from another one where that has them on disk.
  fileprivate func borrowing(from other: ReadableImage) -> ReadableImage {
    let contents = other.layers.compactMap { layer in
      layer.identity.flatMap { identity in layer.content.map { (identity, $0) } }
    }
    let known = Dictionary(contents) { first, _ in first }
    return with(
      layers: layers.map { layer in
        guard layer.content == nil, let content = layer.identity.flatMap({ known[$0] }) else { return layer }
        return layer.with(content: content)
      })
  }
}
