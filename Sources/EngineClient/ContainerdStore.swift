import ImageModel

/// What Docker has in containerd's store. Docker does not tell which blobs these are; containerd does, to whoever may ask.
struct ContainerdStore: Sendable {
  private static let limit = Duration.seconds(2)

  let place: DockerInformation.Containerd
  let shell: Shell

  /// The blobs; nil where containerd does not answer, or is not the one that Docker has: its socket may be another machine's.
  ///
  /// - Parameter images: the digests of all images that Docker has.
  /// - Throws: `CancellationError`.
  func blobs(of images: Set<Digest>) async throws -> Set<Digest>? {
    let address = Shell.quoted(place.address)
    let ctr =
      "ctr --address \(address) --connect-timeout \(Self.limit.components.seconds)s --namespace \(Shell.quoted(place.namespace))"
    let script = "[ -S \(address) ] && \(ContentTable.script(ctr))"
    do {
      let ended = try await shell.run(script)
      guard ended.status.isSuccess else { return nil }
      return Self.blobs(ended.output, of: images)
    } catch is EngineError { return nil }
  }

  static func blobs(_ answer: [UInt8], of images: Set<Digest>) -> Set<Digest>? {
    guard !images.isEmpty, let table = ContentTable(answer), Set(table.images) == images else { return nil }
    return table.kept
  }
}

extension EngineInventory.Store {
  /// - Parameter shell: on the machine that Docker is on; nil where there is none.
  static func docker(
    _ information: DockerInformation, _ list: DockerImageList, _ shell: Shell?
  ) async throws -> EngineInventory.Store {
    guard information.isOnContainerd else { return .chains }
    if let place = information.containerd, let shell,
      let blobs = try await ContainerdStore(place: place, shell: shell).blobs(of: list.digests)
    {
      return .blobs(blobs)
    }
    return .hiddenBlobs(complete: list.complete)
  }
}
