import ArchiveTools
import BlobTransfer
import FileAccess
import HTTPTypes
import ImageArchive
import ImageCopy
import ImageModel
import NIOCore
import Synchronization
import SystemPackage
import Waiting

/// `POST /api/upload`: an archive that somebody dropped into the page is checked and pushed to a registry. It is kept in a file
/// without a name, which is gone with the request. `GET /api/upload?id=…` tells how far that is.
public final class ArchivePush: RequestHandler {
  private enum Phase: String, Encodable {
    case checking, pushing
  }

  private struct Progress: Encodable {
    let phase: Phase
    /// Bytes.
    let done: Int64
    let total: Int64

    init(_ phase: Phase, _ blobs: [BlobProgress] = []) {
      self.phase = phase
      done = blobs.reduce(0) { $0 + $1.received }
      total = blobs.reduce(0) { $0 + $1.size }
    }
  }

  private struct State {
    var running = 0
    var progress: [String: Progress] = [:]
  }

  /// Archives at the same time.
  private static let limit = 4
  /// Bytes that are written at once.
  private static let piece = 1 << 20
  /// Bytes of the disk that archives leave free.
  private static let freeBytes: Int64 = 1 << 30

  private let target: PushRequest.Target
  private let access: RegistryAccess
  private let temporary: FilePath
  private let words: ErrorWords
  private let state = Mutex(State())

  /// - Parameters:
  ///   - target: where images go.
  ///   - access: how the registry is reached; the logins are the server's own.
  ///   - temporary: the folder that an archive takes its space from.
  ///   - words: what people are told of errors.
  public init(
    to target: PushRequest.Target, _ access: RegistryAccess, temporary: FilePath, words: @escaping ErrorWords
  ) {
    (self.target, self.temporary, self.words) = (target, temporary, words)
    var access = access
    // A prompt would ask whoever happens to sit at the server.
    access.login.prompt = nil
    if access.login.refusalLifetime == nil { access.login.refusalLifetime = .seconds(300) }
    self.access = access
  }

  public func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard request.path == "/api/upload" else { return nil }
    switch request.method {
    case .get:
      let progress = request.value(of: "id").flatMap { id in state.withLock { $0.progress[id] } }
      return progress.map { .json($0) } ?? UploadFailure("not-found", .notFound, "no such upload").answer
    case .post:
      do { return .json(Done(images: try await push(request))) } catch let failure as UploadFailure {
        return failure.answer
      } catch let error as CancellationError {
        throw error
      } catch {
        return failure(error, request).answer
      }
    default: return nil
    }
  }

  private func push(_ request: ServerRequest) async throws -> [String] {
    let id = request.value(of: "id").flatMap { $0.utf8.count <= 64 ? $0 : nil } ?? ""
    let mayRun = state.withLock { state in
      guard state.running < Self.limit, state.progress[id] == nil else { return false }
      state.running += 1
      return true
    }
    guard mayRun else {
      throw UploadFailure("too-many", .tooManyRequests, "\(Self.limit) archives are being pushed already")
    }
    defer {
      state.withLock { state in
        state.running -= 1
        state.progress[id] = nil
      }
    }
    let file = try await received(request)
    let opened = try file.opened()
    defer {
      try? opened.close()
      withExtendedLifetime(file) {}
    }
    return try await push("/dev/fd/\(opened.rawValue)", id)
  }

  private func received(_ request: ServerRequest) async throws -> NamelessFile {
    let length = request.fields[.contentLength].flatMap { Int64($0) } ?? 0
    let file = try await Workers.current.run { [temporary] in
      guard try Folder(opening: temporary).freeBytes - length >= Self.freeBytes else { throw UploadFailure.diskIsFull }
      return try NamelessFile(in: temporary)
    }
    var pending = ByteBuffer()
    func write() async throws {
      let bytes = pending
      try await Workers.current.run { try bytes.withUnsafeReadableBytes { try file.append($0) } }
      pending = ByteBuffer()
    }
    for try await piece in request.body {
      pending.writeImmutableBuffer(piece)
      if pending.readableBytes >= Self.piece { try await write() }
    }
    try await write()
    return file
  }

  private func push(_ path: String, _ id: String) async throws -> [String] {
    note(id, Progress(.checking))
    let verification = try await ArchiveVerifier(FilePath(path)).verify { [self] in
      note(id, Progress(.checking, $0.blobs))
    }
    guard verification.faults == 0 else { throw UploadFailure.isDamaged }
    note(id, Progress(.pushing))
    let result = try await ImagePush(PushRequest(path: path, target: target), access).run { [self] event in
      if case .progress(let progress) = event { note(id, Progress(.pushing, progress.blobs)) }
    }
    return result.images.map(\.reference.familiarName)
  }

  private func note(_ id: String, _ progress: Progress) {
    guard !id.isEmpty else { return }
    state.withLock { $0.progress[id] = progress }
  }

  private func failure(_ error: any Error, _ request: ServerRequest) -> UploadFailure {
    if error is ArchiveError { return .notAnArchive }
    if case .noSpace? = error as? FileError { return .diskIsFull }
    // No code of the page: it shows the words.
    return UploadFailure("push-failed", .badGateway, words(error, request.fields[.acceptLanguage]))
  }

  private struct Done: Encodable {
    let images: [String]
  }
}
