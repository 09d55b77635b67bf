import FoundationEssentials
import HTTPTypes
import ImageCopy
import ImageModel
import ManualClocks
import NIOCore
import PullScenes
import RegistryAuth
import ScriptedServer
import Synchronization
import SystemPackage
import Testing

@testable import RegistryServer

/// A gateway in front of scripted registries, asked without a socket between.
struct GatewayScene: Sendable {
  let parts: UpstreamParts
  private let events: Events

  /// An answer as a client has it.
  struct Answer: Sendable {
    let status: Int
    let fields: HTTPFields
    /// What a `Content-Length` would say.
    let length: Int64
    var bytes: [UInt8] = []
    /// Why the connection was cut.
    var failure: (any Error)?

    var isCut: Bool { failure != nil || (Int64(bytes.count) != length && status != 304) }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var code: String? {
      struct Body: Decodable {
        struct Failure: Decodable { let code: String }
        let error: Failure
      }
      return try? decoded(Body.self).error.code
    }

    func decoded<Value: Decodable>(_ kind: Value.Type) throws -> Value {
      try JSONDecoder().decode(kind, from: Data(bytes))
    }
  }

  private final class Events: Sendable {
    let all = Mutex<[UpstreamEvent]>([])
  }

  /// - Parameters:
  ///   - access: how registries are reached: in the clear, where nothing else is said.
  ///   - now: seconds since 1970.
  static func run(
    _ upstreams: [String], access: RegistryAccess? = nil, clock: ManualClock = ManualClock(),
    now: @escaping @Sendable () -> Int64 = { 1_000_000 },
    change: (inout UpstreamSettings) -> Void = { _ in }, _ body: (GatewayScene) async throws -> Void
  ) async throws {
    var standard = RegistryAccess(credentials: NoCredentials())
    standard.usesPlainHTTP = true
    standard.network.connectTimeout = .seconds(2)
    standard.network.stallTimeout = .seconds(5)
    let rule = UpstreamRule(
      try upstreams.filter { $0 != "*" }.map { try RegistryName(parsing: $0) }, isOpen: upstreams.contains("*"))
    var settings = UpstreamSettings(rule, access: access ?? standard) { error, _ in "\(error)" }
    change(&settings)
    let events = Events()
    let note: @Sendable (UpstreamEvent) -> Void = { event in events.all.withLock { $0.append(event) } }
    try await UpstreamParts.with(settings, clock: clock, now: now, observe: note) { parts in
      try await body(GatewayScene(parts: parts, events: events))
    }
  }

  /// - Parameters:
  ///   - target: path and query, as they stand in a request.
  ///   - limit: bytes after which the client goes away.
  func get(
    _ target: String, _ fields: HTTPFields = [:], method: HTTPRequest.Method = .get, client: String = "192.0.2.1",
    limit: Int = .max
  ) async throws -> Answer {
    let (path, query) = Self.parsed(target)
    let request = ServerRequest(
      method: method, path: path, query: query, fields: fields, client: try SocketAddress(ipAddress: client, port: 1))
    for handler in parts.handlers {
      guard let answer = try await handler.answer(request) else { continue }
      return await Self.received(answer, limit: limit)
    }
    return Answer(status: 0, fields: [:], length: 0)
  }

  var pinFaults: Int { events.all.withLock { $0.count { if case .pinsNotWritten = $0 { true } else { false } } } }

  var cacheFaults: Int { events.all.withLock { $0.count { if case .cache = $0 { true } else { false } } } }

  func head(_ target: String) async throws -> Answer { try await get(target, method: .head) }

  func range(_ target: String, _ range: String, _ more: HTTPFields = [:]) async throws -> Answer {
    var fields = more
    fields[.range] = "bytes=\(range)"
    return try await get(target, fields)
  }

  private static func received(_ answer: ServerAnswer, limit: Int) async -> Answer {
    switch answer.body {
    case .bytes(let bytes):
      return Answer(
        status: answer.status.code, fields: answer.fields, length: Int64(bytes.readableBytes),
        bytes: Array(buffer: bytes))
    case .head(let length): return Answer(status: answer.status.code, fields: answer.fields, length: length)
    case .stream(let length, let send):
      let writer = Writer(limit: limit)
      var found = Answer(status: answer.status.code, fields: answer.fields, length: length)
      do { try await send(writer) } catch { found.failure = error }
      found.bytes = writer.bytes
      return found
    }
  }

  /// A connection that takes bytes, and is closed after some.
  private final class Writer: AnswerWriter {
    struct Gone: Error {}

    private let limit: Int
    private let taken = Mutex<[UInt8]>([])

    init(limit: Int) { self.limit = limit }

    var bytes: [UInt8] { taken.withLock(\.self) }

    func write(_ bytes: ByteBuffer) async throws {
      let count = taken.withLock { taken in
        taken += Array(buffer: bytes)
        return taken.count
      }
      if count >= limit { throw Gone() }
    }
  }

  private static func parsed(_ target: String) -> (String, [(name: String, value: String)]) {
    let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
    let fields = parts.count < 2 ? [] : parts[1].split(separator: "&")
    let query = fields.map { field in
      let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return (name: decoded(pair[0]), value: pair.count > 1 ? decoded(pair[1].replacing("+", with: " ")) : "")
    }
    return (decoded(parts[0]), query)
  }

  private static func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
