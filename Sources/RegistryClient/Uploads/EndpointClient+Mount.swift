import HTTPAccess
import ImageModel
import NIOHTTP1
import RegistryAuth

/// distribution-spec "Mounting a blob from another repository".
extension EndpointClient {
  /// What came of all tries to mount a blob.
  enum MountOutcome: Sendable {
    case mounted(from: String)
    /// The blob must be sent, into this upload where one was begun.
    case session(UploadLocation?)
  }

  private enum Mount {
    case mounted
    /// The registry does not have the blob there, and has begun an upload.
    case session(UploadLocation)
    case refused
  }

  private static let mountsPerBlob = 2

  /// Brings a blob to a repository from another one that has it: from one of those given, or, at a Harbor, from the one that its
  /// search names.
  ///
  /// - Parameter sources: repositories of the registry that may have it, best first.
  /// - Throws: ``RegistryError`` where the line fails; `CancellationError`. A refusal is none: the blob can be sent.
  func mount(_ blob: Descriptor, into repository: String, from sources: [String]) async throws -> MountOutcome {
    var tried: [String] = []
    var begun: UploadLocation?
    for source in sources where source != repository && uploadHabits.mayMount(from: source) {
      guard begun == nil, tried.count < Self.mountsPerBlob else { break }
      tried.append(source)
      switch try await mount(blob.digest, into: repository, from: source) {
      case .mounted: return .mounted(from: source)
      case .session(let location): begun = location
      case .refused: break
      }
    }
    guard tried.count < Self.mountsPerBlob, let holder = try await harborHolder(of: blob, for: repository),
      !tried.contains(holder), uploadHabits.mayMount(from: holder)
    else { return .session(begun) }
    switch try await mount(blob.digest, into: repository, from: holder) {
    case .refused: return .session(begun)
    case .mounted:
      if let begun { await endUpload(begun, repository) }
      return .mounted(from: holder)
    case .session(let location):
      if let begun { await endUpload(begun, repository) }
      return .session(location)
    }
  }

  private func mount(_ digest: Digest, into repository: String, from source: String) async throws -> Mount {
    guard try await authenticator.haveOneLogin([repository, source]) else { return .refused }
    do {
      return try await retrier.run { try await self.mountOnce(digest, into: repository, from: source) }
    } catch let error as RegistryError {
      switch error.reason {
      // It may be this very request that a registry cannot bear.
      case .network(.serverFailure): break
      // An answer is a no, a token service's too; without one nobody has refused anything.
      case .network, .storageUnreachable: if error.answer == nil || error.isTransient { throw error }
      default: break
      }
      uploadHabits.refusedMount(from: source)
      return .refused
    }
  }

  /// - Throws: ``RegistryError``, also where nobody is let in: registries refuse by 400, 401, 403, 404 and 405, and so do token
  ///   services.
  private func mountOnce(_ digest: Digest, into repository: String, from source: String) async throws -> Mount {
    let url = try uploadsURL(repository).appending(query: [("mount", digest.description), ("from", source)])
    let authorization = try await RegistryError.ofLogin {
      try await authenticator.authorization(for: .push(repository, mountsFrom: source), .mount)
    }
    var request = TransportRequest(.POST, url)
    request.mayBeRepeated = true
    let answer = try await patiently(repository) { [request] in
      try await follow(
        request, authorization: authorization,
        sorter: AnswerSorter(success: [201, 202], receiver: BodyCollector(limit: 64 << 10, overflow: .truncate)))
    }
    switch answer.response.status {
    case 201: return .mounted
    case 202:
      guard let location = try? location(of: answer) else { return .refused }
      return .session(location)
    case 408, 429, 499, 500...599: throw failure(of: answer, repository)
    default:
      uploadHabits.refusedMount(from: source)
      return .refused
    }
  }
}
