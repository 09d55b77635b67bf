import HTTPAccess
import ImageModel
import NIOHTTP1
import Synchronization

/// Brings one blob into one repository: a session of the registry for each try.
final class UploadSession: Sendable {
  /// What a registry may answer to a request that it takes (distribution-spec says 201 and 202; pulp, ECR and others
  /// differ).
  private static let taken: Set<Int> = [200, 201, 202, 204]

  private let client: EndpointClient
  private let repository: String
  private let blob: Descriptor
  private let content: UploadBody
  private let meter: UploadMeter
  private let history = Mutex(History())

  private struct History {
    /// Where the connection was lost last, in one piece.
    var lostAt: Int64?
    /// Whether the registry once found that the bytes are others.
    var wasWrong = false
  }

  init(client: EndpointClient, repository: String, blob: Descriptor, body: UploadBody, meter: UploadMeter) {
    self.client = client
    self.repository = repository
    self.blob = blob
    self.content = body
    self.meter = meter
  }

  private var settings: UploadSettings { client.uploadSettings }
  private var host: String { client.endpoint.origin.description }

  /// Sends the blob, in smaller and smaller pieces as long as the registry wants that.
  ///
  /// - Parameter location: of a session that was begun already.
  /// - Throws: ``RegistryError``; what the body throws; `CancellationError`.
  func run(from location: UploadLocation?) async throws -> UploadOutcome {
    var location = location
    while true {
      let form = client.uploadHabits.form
      switch try await attempt(form, from: location) {
      case .done: return .sent
      case .mounted: return .mounted(from: nil)
      case .tooMuch(let bytes):
        guard client.uploadHabits.stepDown(from: form, tooMany: bytes) else {
          throw RegistryError(.upload(.tooLarge(host: host, bytes: bytes)))
        }
      case .refused(let bytes, let error):
        guard client.uploadHabits.refused(form, bytes: bytes) else { throw error }
      }
      location = nil
    }
  }

  private enum Ending {
    case done
    /// The registry had the blob in another repository.
    case mounted
    /// It does not take a blob in such requests, which had so many bytes.
    case refused(bytes: Int64, RegistryError)
    /// So many bytes in one request were too many.
    case tooMuch(bytes: Int64)
  }

  private func attempt(_ form: UploadForm, from known: UploadLocation?) async throws -> Ending {
    var minimum: Int64 = 0
    var location: UploadLocation
    if let known {
      location = known
    } else {
      switch try await client.beginUpload(repository, blob, mayMount: true) {
      case .mounted: return .mounted
      case .session(let begun, let least): (location, minimum) = (begun, least)
      }
    }
    var piece = form.pieceSize(of: blob.size)
    if piece < blob.size { piece = min(max(piece, minimum), blob.size) }
    do {
      if piece >= blob.size, form != .streamed || blob.size == 0 { return try await sendWhole(form, to: location) }
      var offset: Int64 = 0
      var losses = 0
      while offset < blob.size {
        let end = min(offset + piece, blob.size)
        switch try await send(offset..<end, in: form, to: location) {
        case .taken(let next):
          (offset, losses) = (end, 0)
          location = next ?? location
        case .stored(let count, let next, let error):
          losses = count == offset ? losses + 1 : 0
          guard losses < client.retrier.policy.tries else { throw error }
          (offset, location) = (count, next ?? location)
        case .ended(let ending): return ending
        }
      }
      return try await close(try closing(location), body: .none, bytes: piece, location)
    } catch let error as RegistryError {
      if let ending = repeatedLoss(error, in: piece) {
        await cancel(location)
        return ending
      }
      if error.reason.mayHaveLeftSession { await cancel(location) }
      throw error
    } catch {
      // The source failed, or the copy is ended.
      await cancel(location)
      throw error
    }
  }

  private func sendWhole(_ form: UploadForm, to location: UploadLocation) async throws -> Ending {
    try await close(
      try closing(location), body: blob.size == 0 ? .none : .stream(metered(0..<blob.size)), bytes: blob.size, location)
  }

  private func closing(_ location: UploadLocation) throws -> AbsoluteURL {
    guard let url = location.closing(blob.digest) else {
      throw RegistryError(.upload(.locationRefused(from: location.url.redacted, .malformed)))
    }
    return url
  }

  /// What came of a piece.
  private enum Piece {
    case taken(UploadLocation?)
    /// Its answer is lost; the upload has so many bytes, and goes on from there.
    case stored(Int64, UploadLocation?, RegistryError)
    case ended(Ending)
  }

  private func send(_ range: Range<Int64>, in form: UploadForm, to location: UploadLocation) async throws -> Piece {
    let answer: EndpointClient.Answer
    do { answer = try await patch(range, to: location, isPiece: form != .streamed) } catch let error as RegistryError
      where error.isTransient
    {
      guard form != .streamed, let (count, next) = await stored(range, in: location) else { throw error }
      return .stored(count, next, error)
    }
    let next = answer.response.headers.contains(name: "location") ? try client.location(of: answer) : nil
    switch answer.response.status {
    case let status where Self.taken.contains(status): return .taken(next)
    case 499, 500, 502, 504:
      let error = client.failure(of: answer, repository)
      guard form != .streamed, let (count, next) = await stored(range, in: location) else { throw error }
      return .stored(count, next, error)
    // Who repeats a piece is told how much is there.
    case 416 where range.lowerBound > 0:
      let count = answer.response.headers.first(name: "range").flatMap {
        StoredRange.count(in: $0, known: range.lowerBound, sent: range.upperBound)
      }
      guard let count, count > range.lowerBound else {
        // Pieces of this size were taken before (Azure says so at times): it is not their size.
        await cancel(location)
        throw client.failure(of: answer, repository).because(.upload(.sessionLost(host: host)))
      }
      return .stored(count, next, client.failure(of: answer, repository))
    default:
      return .ended(
        try await judged(answer, bytes: range.upperBound - range.lowerBound, location, isWhole: form == .streamed))
    }
  }

  private func patch(
    _ range: Range<Int64>, to location: UploadLocation, isPiece: Bool
  ) async throws -> EndpointClient.Answer {
    var request = TransportRequest(
      .PATCH, location.url, headers: ["content-type": "application/octet-stream"], body: .stream(metered(range)))
    if isPiece { request.headers.add(name: "content-range", value: "\(range.lowerBound)-\(range.upperBound - 1)") }
    prepare(&request)
    return try await client.write(request, repository, success: Self.taken)
  }

  /// How much of an upload is there whose last answer is lost (distribution-spec "Get upload status"). Registries that cannot go
  /// on in the middle end the session at this question, distribution 2.8 and so Harbor among them.
  ///
  /// - Returns: nil where it cannot go on.
  private func stored(
    _ range: Range<Int64>, in location: UploadLocation
  ) async -> (count: Int64, next: UploadLocation?)? {
    guard let answer = try? await client.write(TransportRequest(.GET, location.url), repository, success: Self.taken),
      Self.taken.contains(answer.response.status), let text = answer.response.headers.first(name: "range"),
      let count = StoredRange.count(in: text, known: range.lowerBound, sent: range.upperBound)
    else { return nil }
    return (count, try? client.location(of: answer))
  }

  /// The request that ends the upload, and what it says of the blob.
  ///
  /// - Parameter bytes: the most that one request had.
  private func close(
    _ url: AbsoluteURL, body: RequestBody, bytes: Int64, _ location: UploadLocation
  ) async throws -> Ending {
    var request = TransportRequest(.PUT, url, headers: ["content-type": "application/octet-stream"], body: body)
    prepare(&request)
    let answer: EndpointClient.Answer
    do { answer = try await client.write(request, repository, success: Self.taken) } catch let error as RegistryError {
      guard error.isTransient, meter.handed == blob.size, try await appears(after: error) else { throw error }
      try await content.prove()
      return .done
    }
    switch answer.response.status {
    case 201:
      let found = answer.headerDigest
      if found == blob.digest { return .done }
      try await content.prove()
      if let found, found.algorithm == blob.digest.algorithm {
        throw answer.failure(.upload(.digestDiffers(expected: blob.digest, found: found)))
      }
      return .done
    case let status where Self.taken.contains(status):
      // Not what the specification says: it is looked after.
      guard try await client.presence(of: blob.digest, in: repository, for: .push).isPresent else {
        throw answer.failure(.upload(.notStored(blob.digest)))
      }
      try await content.prove()
      return .done
    case 499, 500...599:
      let error = client.failure(of: answer, repository)
      guard meter.handed == blob.size, try await appears(after: error) else { throw error }
      try await content.prove()
      return .done
    default: return try await judged(answer, bytes: bytes, location, isWhole: bytes == blob.size)
    }
  }

  private func prepare(_ request: inout TransportRequest) {
    request.awaitsCommit = true
    request.sent = { [meter] in meter.add($0) }
  }

  private func metered(_ range: Range<Int64>) -> StreamedBody {
    content.bytes.part(range).beginning { [meter] in meter.begin(at: $0) }
  }

  /// What a refusal of a piece means.
  ///
  /// - Parameter isWhole: the piece was all of the blob.
  private func judged(
    _ answer: EndpointClient.Answer, bytes: Int64, _ location: UploadLocation, isWhole: Bool
  ) async throws -> Ending {
    let error = client.failure(of: answer, repository)
    let codes = answer.sorter.errorCodes
    switch answer.response.status {
    case 404 where error.answer?.words.contains { $0.lowercased().contains("in gc") } ?? false:
      await cancel(location)
      throw error.because(.upload(.beingCollected(blob.digest, host: host)))
    case 404, 400, 416:
      // Registries say in different words that the bytes were others.
      if meter.handed == blob.size { try await content.prove() }
      if codes.contains(where: { $0.hasPrefix("BLOB_UPLOAD_") }) {
        throw error.because(.upload(.sessionLost(host: host)))
      }
      if codes.contains("DIGEST_INVALID") {
        let isFirst = history.withLock { history in
          defer { history.wasWrong = true }
          return !history.wasWrong
        }
        // They were right when they left.
        throw isFirst
          ? error.because(.upload(.sessionLost(host: host)))
          : error.because(.upload(.notStored(blob.digest)))
      }
    default: break
    }
    switch answer.response.status {
    case 404 where codes.isEmpty && isWhole, 405 where isWhole, 411 where isWhole, 415 where isWhole:
      await cancel(location)
      return .refused(bytes: bytes, error)
    case 404 where codes.isEmpty, 405, 413, 416:
      await cancel(location)
      return .tooMuch(bytes: bytes)
    default:
      if !error.reason.mayHaveLeftSession { await cancel(location) }
      throw error
    }
  }

  /// A connection that is lost twice at the same place has met a limit that nobody put into words.
  private func repeatedLoss(_ error: RegistryError, in piece: Int64) -> Ending? {
    guard case .network(.connectionLost) = error.reason, meter.handed < blob.size, meter.handed > 0 else { return nil }
    let place = meter.handed % max(piece, 1)
    let isRepeated = history.withLock { history in
      defer { history.lostAt = place }
      return history.lostAt.map { abs($0 - place) <= settings.samePlace } ?? false
    }
    guard isRepeated else { return nil }
    history.withLock { $0.lostAt = nil }
    return .tooMuch(bytes: piece)
  }

  /// Whether the blob is there in the end, though nobody said so.
  private func appears(after error: RegistryError) async throws -> Bool {
    try await client.appears(blob.digest, in: repository, after: error)
  }

  private func cancel(_ location: UploadLocation) async { await client.endUpload(location, repository) }
}
