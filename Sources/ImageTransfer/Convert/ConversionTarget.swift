import ImageArchive
import ImageModel
import NIOCore
import NIOPosix
import SystemPackage

/// Where converted images go.
enum ConversionTarget: Sendable {
  case archive(OutputPath, ArchiveForm)
  case layout(LayoutStore)

  /// - Throws: `ArchiveError` where nothing can be written there.
  init(_ output: ImageConversion.Output, volumeSize: Int64?) throws {
    switch output {
    case .archive(let path, let form):
      self = .archive(try OutputPath.check(FilePath(path), volumeSize: volumeSize), form)
    case .layout(let path): self = .layout(try LayoutStore(FilePath(path).lexicallyNormalized()))
    }
  }

  var path: FilePath {
    switch self {
    case .archive(let output, _): output.path
    case .layout(let store): store.path
    }
  }

  /// Where what is made on the way takes its space.
  var folder: FilePath {
    switch self {
    case .archive(let output, _): output.folder
    case .layout(let store): store.path
    }
  }

  var isLayout: Bool {
    if case .layout = self { true } else { false }
  }

  /// Whether Docker's classic store reads it.
  var isForDocker: Bool {
    if case .archive(_, let form) = self { form.hasDockerManifest } else { false }
  }

  struct Written: Sendable {
    /// Bytes.
    let size: Int64
    /// The names of the images in a layout.
    let names: [String?]
  }

  /// - Throws: `ArchiveError`; `CancellationError`; what `pause` throws.
  func write(
    _ images: [ConversionImage], waits: Bool, pause: @escaping @Sendable () async throws -> Void,
    progress: @escaping @Sendable (Digest, Int64) -> Void
  ) async throws -> Written {
    let all = images.flatMap { [$0.config] + $0.layers }.map { ($0.descriptor.digest, $0) }
    let contents = Dictionary(all) { first, _ in first }
    switch self {
    case .archive(let output, let form):
      let plan = try ArchivePlan(images: images.map(\.archived), form: form)
      let archive =
        waits ? try await PartialArchive.open(at: output, whileLocked: pause) : try PartialArchive(at: output)
      do {
        try archive.startJournal(plan: plan)
        try await NIOThreadPool.singleton.runIfActive {
          try archive.reserve(size: plan.size)
          for case .literal(let offset, let bytes) in plan.extents {
            try bytes.withUnsafeBytes { try archive.write($0, at: offset) }
          }
        }
        try await Self.inParallel(plan.blobs) { blob in
          guard let content = contents[blob.digest] else { return }
          try await content.copy(to: archive, at: blob.offset) { progress(blob.digest, $0) }
        }
        try await archive.finish()
      } catch {
        try archive.discard()
        throw error
      }
      return Written(size: plan.size, names: [])
    case .layout(let store):
      try await Self.inParallel(Array(contents.values)) { content in
        try await put(content, into: store, waits: waits, pause: pause) { progress(content.descriptor.digest, $0) }
      }
      let names = try await NIOThreadPool.singleton.runIfActive { try store.add(images.map(\.archived)) }
      return Written(size: contents.values.reduce(0) { $0 + $1.descriptor.size }, names: names)
    }
  }

  /// Adds a blob to a layout, unless it is there.
  private func put(
    _ content: ContentOnDisk, into store: LayoutStore, waits: Bool, pause: @Sendable () async throws -> Void,
    progress: @escaping @Sendable (Int64) -> Void
  ) async throws {
    let blob = content.descriptor
    if let stored = store.blob(blob), try await StoredBlobReader(stored).isRight() {
      return progress(blob.size)
    }
    while true {
      let file: PartialArchive
      do { file = try store.begin(blob) } catch {
        guard case .lockedByOther = error, waits else { throw error }
        try await pause()
        continue
      }
      do {
        try file.startJournal(plan: blob.digest, keeping: [])
        try file.reserve(size: blob.size)
        try await content.copy(to: file, at: 0, progress)
        return try await NIOThreadPool.singleton.runIfActive { try store.finish(blob, file) }
      } catch {
        try file.discard()
        throw error
      }
    }
  }

  /// As many at a time as there are cores: what takes time is digesting.
  private static func inParallel<Item: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, item) in items.enumerated() {
        if index >= System.coreCount { try await group.next() }
        group.addTask { try await body(item) }
      }
      try await group.waitForAll()
    }
  }
}
