import ImageCopy
import ImageModel

/// What the disk has, where no registry gives it.
extension ArchiveGateway {
  /// What registries answer, or the disk where none may be asked or it cannot be reached.
  ///
  /// - Parameters:
  ///   - here: what is asked for, where the disk has it under the names that registries are asked for.
  ///   - byPath: what is asked for, where the disk has it under any registry's name.
  ///   - fromDisk: told whether a tag may stand for another image than it did: see ``answer(fromDisk:mayMove:to:)``.
  /// - Throws: why registries did not give it, where the disk does not have it either or it is theirs to say.
  func answer<Wanted: Sendable, Answer: Sendable>(
    having here: Wanted?, byPath: () async throws -> Wanted?,
    fromRegistries: @escaping @Sendable () async throws -> Answer,
    fromDisk: @escaping @Sendable (Wanted, _ mayMove: Bool) async throws -> Answer
  ) async throws -> Answer {
    do { return try await patience(hasAnswer: here != nil).soon(fromRegistries) } catch let reason {
      try Task.checkCancellation()
      if case .upstreamNotAllowed? = reason as? GatewayError {
        guard let wanted = try await byPath() else { throw reason }
        return try await patience(hasAnswer: false).soon { try await fromDisk(wanted, true) }
      }
      let failure = (reason as? FailedImage)?.error ?? reason as? any ClassifiedError
      guard let here, let failure, [.network, .tls, .proxy, .rateLimit].contains(failure.failureClass) else {
        throw reason
      }
      do {
        return try await patience(hasAnswer: false).soon { try await fromDisk(here, false) }
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        // The registry's failure is the one to tell.
        throw reason
      }
    }
  }

  /// - Parameter mayMove: whether a tag may stand for another image than it did, as where a file was replaced. It may not where a
  ///   registry said what it stands for: somebody may have a part of that.
  func answer(
    fromDisk wanted: ArchiveRequest, mayMove: Bool, to request: ServerRequest
  ) async throws -> ServerAnswer {
    let range = try range(of: request)
    let isBlind = isBlind(range, request)
    var pinned = wanted
    for (index, image) in wanted.images.enumerated() where image.reference.digest == nil {
      let reference = image.reference
      let name = reference.qualifiedName
      guard let current = disk.digest(of: reference) else { throw GatewayError.gone(reference) }
      let known = pins.digest(of: name)
      let isKnownHere = known.map { disk.digest(of: reference.with(digest: $0)) != nil } ?? false
      let digest = mayMove || !isKnownHere ? current : known ?? current
      if isBlind {
        guard known == digest else { throw GatewayError.tagNotPinned(reference) }
        guard !pins.hasMoved(name) else { throw GatewayError.tagMoved(reference) }
      } else if known != digest {
        guard known == nil || mayMove else { throw GatewayError.tagMoved(reference) }
        try await note(digest, for: name)
      }
      pinned.images[index].reference = reference.with(digest: digest)
    }
    let archive = try await disk.shelf.archive(pinned) {}
    try await disk.checkFiles(of: archive)
    return try await answer(pinned, archive, range, isOfDisk: true, to: request)
  }
}
