import AsyncHTTPClient
import FoundationEssentials
import ImageModel
import NIOCore
import NIOPosix
import Synchronization
import SystemPackage
import Waiting

/// Docker or podman by the API on their socket (Docker Engine API; podman's compatible one).
struct APIEngine: Engine {
  /// The longest answer that is read, in bytes.
  private static let answerLimit = 16 << 20
  /// Images that are asked for at the same time.
  private static let width = 4

  let kind: EngineKind
  let socket: String
  /// Where containerd's own command may run, if it may.
  var shell: Shell?
  /// Where the socket is set.
  var origin: AddressOrigin?

  var place: String { "unix://\(socket)" }

  func inventory() async throws -> EngineInventory {
    try await withClient { client in
      let information = DockerInformation(try await get("/info", client))
      guard let list = DockerImageList(try await get("/images/json?manifests=1", client)) else {
        throw EngineError.unreadableAnswer(kind, place: place)
      }
      return EngineInventory(
        store: kind == .podman ? .chainsAndBlobs : try await .docker(information, list, shell),
        images: try await images(list.identifiers, client), platform: information.platform,
        keepsAllPlatforms: information.isOnContainerd, keepsReferrers: information.keepsReferrers)
    }
  }

  func load(size: Int64, _ write: @escaping @Sendable (SystemPackage.FileDescriptor) async throws -> Void) async throws
    -> String
  {
    let pipe = try PrivatePipe.make()
    let failure = FirstFailure()
    do {
      return try await withThrowingTaskGroup(of: String?.self) { group in
        group.addTask {
          defer { try? pipe.write.close() }
          do { try await write(pipe.write) } catch Errno.brokenPipe {
            // Why it reads no more, its answer says.
          } catch {
            failure.note(error)
            throw error
          }
          return nil
        }
        group.addTask { try await post(pipe.read, size: size) }
        defer { group.cancelAll() }
        while let said = try await group.next() {
          if let said { return said }
        }
        throw CancellationError()
      }
    } catch {
      // An archive that ends too early is no fault of the engine's.
      throw failure.error ?? error
    }
  }

  private func post(_ pipe: SystemPackage.FileDescriptor, size: Int64) async throws -> String {
    let channel = try await NIOPipeBootstrap(group: Workers.current.loops)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 256 << 10))
      .takingOwnershipOfDescriptor(input: pipe.rawValue) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, Never>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound in
      try await withClient { client in
        var request = request("/images/load?quiet=1")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-tar")
        request.body = .stream(inbound, length: .known(size))
        let response = try await client.execute(request, deadline: .distantFuture)
        let answer = Array(try await response.body.collect(upTo: Self.answerLimit).readableBytesView)
        return try LoadAnswer(answer, status: Int(response.status.code), of: kind).words
      }
    }
  }

  /// The same with the engine that answers on the socket: podman speaks Docker's language, too.
  ///
  /// - Throws: ``EngineError`` where none answers; `CancellationError`.
  func identified() async throws -> APIEngine {
    let answer = try await withClient { try await get("/version", $0) }
    guard String(decoding: answer, as: UTF8.self).contains("Podman Engine") else { return self }
    return APIEngine(kind: .podman, socket: socket, origin: origin)
  }

  private func images(_ ids: [String], _ client: HTTPClient) async throws -> [UInt8] {
    let answers = try await inParallel(Set(ids), width: Self.width) { id in
      // One that was removed meanwhile is none that it has.
      try await getIfThere("/images/\(Self.escaped(id))/json", client) ?? []
    }
    return answers.flatMap { answer in
      answer.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") } + [UInt8(ascii: "\n")]
    }
  }

  private func get(_ path: String, _ client: HTTPClient) async throws -> [UInt8] {
    guard let answer = try await getIfThere(path, client) else {
      throw unreachable("HTTP 404")
    }
    return answer
  }

  /// Nil where there is no such thing.
  private func getIfThere(_ path: String, _ client: HTTPClient) async throws -> [UInt8]? {
    let response = try await client.execute(request(path), timeout: .seconds(60))
    let answer = Array(try await response.body.collect(upTo: Self.answerLimit).readableBytesView)
    if response.status == .notFound { return nil }
    guard response.status == .ok else {
      throw unreachable(LoadAnswer.message(answer) ?? "HTTP \(response.status.code)")
    }
    return answer
  }

  private func request(_ path: String) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: "http+unix://\(Self.escaped(socket))\(path)")
    // The name would be the socket's path, which the engines' servers do not take for one.
    request.headers.replaceOrAdd(name: "Host", value: "localhost")
    return request
  }

  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { escaped, byte in
      if byte.isLetterOrDigit || "-._~".utf8.contains(byte) {
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        escaped += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
  }

  /// A connection that cannot be closed in order is no failure of what was done over it.
  private func withClient<Value: Sendable>(_ body: @Sendable (HTTPClient) async throws -> Value) async throws -> Value {
    let client = HTTPClient(eventLoopGroupProvider: .shared(Workers.current.loops))
    do {
      let value = try await body(client)
      try? await client.shutdown()
      return value
    } catch {
      try? await client.shutdown()
      try Task.checkCancellation()
      if error is EngineError { throw error }
      throw unreachable(Self.words(of: error))
    }
  }

  private func unreachable(_ words: String) -> EngineError {
    .unreachable(kind, place: place, words: words, origin: origin)
  }

  /// The system's words for what kept the engine from answering.
  private static func words(of error: any Error) -> String {
    switch error {
    case let error as IOError: Errno(rawValue: error.errnoCode).description
    case let error as HTTPClientError where error == .remoteConnectionClosed: Errno.connectionReset.description
    case let error as HTTPClientError where [.connectTimeout, .readTimeout, .deadlineExceeded].contains(error):
      Errno.timedOut.description
    case let error as HTTPClientError: error.shortDescription
    default: "\(error)"
    }
  }
}

/// Why an archive was not written to its end.
private final class FirstFailure: Sendable {
  private let state = Mutex<(any Error)?>(nil)

  var error: (any Error)? { state.withLock { $0 } }

  func note(_ error: any Error) { state.withLock { $0 = $0 ?? error } }
}
