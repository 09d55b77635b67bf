import HTTPAccess
import ImageModel

/// What is done about an upload behind its last request.
extension EndpointClient {
  /// Whether a blob is there in the end, after an answer that was lost: sending it again would cost more than waiting.
  ///
  /// - Throws: ``RegistryError``; `CancellationError`.
  func appears(_ blob: Digest, in repository: String, after error: RegistryError) async throws -> Bool {
    var pauses = [Duration.zero]
    switch error.reason {
    case .network(.stalled): pauses += uploadSettings.commitPauses
    case .network(.serverFailure(let status, _)) where [499, 502, 504].contains(status):
      pauses += uploadSettings.commitPauses
    case .network(.connectionLost): pauses += uploadSettings.lostAnswerPauses
    default: break
    }
    for pause in pauses {
      try await retrier.clock.sleep(for: pause)
      if try await presence(of: blob, in: repository, for: .push).isPresent { return true }
    }
    return false
  }

  /// Ends a session that is of no use any more (distribution-spec "Cancel a blob upload"), also where the task has been
  /// cancelled. What comes of it is all the same.
  func endUpload(_ location: UploadLocation, _ repository: String) async {
    let limit = Task.isCancelled ? uploadSettings.interruptedTimeout : uploadSettings.cancelTimeout
    await Task {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { try? await self.askToEnd(location, repository) }
        group.addTask { try? await Task.sleep(for: limit) }
        await group.next()
        group.cancelAll()
      }
    }.value
  }

  private func askToEnd(_ location: UploadLocation, _ repository: String) async throws {
    let authorization = try await RegistryError.ofLogin {
      try await authenticator.authorization(for: .push(repository))
    }
    _ = try await follow(
      TransportRequest(.DELETE, location.url), authorization: authorization,
      sorter: AnswerSorter(success: [204], receiver: BodyCollector(limit: 64 << 10, overflow: .truncate)))
  }
}

extension RegistryFailure {
  /// Whether a registry may still wait for more of an upload.
  var mayHaveLeftSession: Bool {
    switch self {
    case .network(.connectionLost), .network(.stalled), .network(.serverFailure), .network(.rateLimited): true
    default: false
    }
  }
}
