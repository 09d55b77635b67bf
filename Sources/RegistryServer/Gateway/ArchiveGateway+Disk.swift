import ImageCopy
import ImageModel

/// Archives of what is on the disk, where no registry gives them.
extension ArchiveGateway {
  /// What stands for an answer that registries did not give: an archive whose images are all on the disk.
  ///
  /// - Parameters:
  ///   - error: why registries did not give it.
  ///   - here: what is asked for, where the disk has it under the names that registries were asked for.
  /// - Returns: nil where it is registries' to say, or the disk does not have all of it.
  func answerFromDisk(
    after error: any Error, _ here: ArchiveRequest?, to request: ServerRequest
  ) async throws -> ServerAnswer? {
    if case .upstreamNotAllowed? = error as? GatewayError {
      guard let wanted = await disk.wanted(by: request, exactly: false) else { return nil }
      return try await patience.soon { try await self.answer(fromDisk: wanted, mayMove: true, to: request) }
    }
    let failure = (error as? FailedImage)?.error ?? error as? any ClassifiedError
    guard let here, let failure, [.network, .tls, .proxy, .rateLimit].contains(failure.failureClass) else { return nil }
    // The registry's failure is the one to tell.
    return try? await patience.soon { try await self.answer(fromDisk: here, mayMove: false, to: request) }
  }

  /// - Parameter mayMove: whether a tag may stand for another image than it did, as where a file was replaced. It may not where a
  ///   registry said what it stands for: somebody may have a part of that.
  private func answer(
    fromDisk wanted: ArchiveRequest, mayMove: Bool, to request: ServerRequest
  ) async throws -> ServerAnswer {
    let range = try range(of: request)
    let isBlind = isBlind(range, request)
    var pinned = wanted
    for (index, image) in wanted.images.enumerated() where image.reference.digest == nil {
      let reference = image.reference
      let name = reference.qualifiedName
      guard let digest = disk.digest(of: reference) else { throw GatewayError.gone(reference) }
      let known = pins.digest(of: name)
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
    return try await answer(pinned, archive, range, to: request)
  }
}
