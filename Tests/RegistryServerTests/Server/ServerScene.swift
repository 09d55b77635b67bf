import FoundationEssentials
import HandmadeTar
import NIOCore
import RegistryServer
import ScriptedServer
import Synchronization
import SystemPackage
import TemporaryFolders
import Waiting

/// What a server noted of its requests.
final class RequestLog: Sendable {
  let records = Mutex<[AccessRecord]>([])
}

/// A server on a port of its own, and a folder that it may serve.
struct ServerScene: Sendable {
  let folder: TemporaryFolder
  let port: Int

  /// - Parameters:
  ///   - files: the archives in the folder, by their names.
  ///   - handlers: nil for the registry of what is on disk.
  ///   - served: what of the folder is served.
  static func run(
    _ files: [String: [UInt8]] = [:], settings: ServerSettings = ServerSettings(),
    handlers: [any RequestHandler]? = nil, log: RequestLog = RequestLog(), at served: String = "",
    body: @escaping @Sendable (ServerScene, WatchedContents) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    for (name, bytes) in files {
      let place = folder.path.appending(name).removingLastComponent().string
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try folder.write(bytes, to: name)
    }
    let contents = WatchedContents([folder.path.appending(served)], quietTime: .zero)
    var settings = settings
    settings.port = 0
    settings.limits.drainTime = .zero
    let application = RegistryApplication(
      settings, handlers: handlers ?? [DiskRegistry({ contents.current }) { contents.lookAgain(at: $0) }],
      finished: { record in log.records.withLock { $0.append(record) } })
    try await withWorkers(loops: 1, threads: 4) {
      _ = try await contents.rescan()
      let (ports, begun) = AsyncStream.makeStream(of: Int.self)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.run { begun.yield($0.port ?? 0) } }
        for await port in ports {
          try await body(ServerScene(folder: folder, port: port), contents)
          break
        }
        group.cancelAll()
      }
    }
  }

  /// What a server answered, byte for byte, up to the end of the connection.
  struct Answer: Sendable {
    let head: String
    let body: [UInt8]
    /// The connection ended without all that `Content-Length` had promised.
    let isCut: Bool

    var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var text: String { String(decoding: body, as: UTF8.self) }

    func field(_ name: String) -> String? {
      head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
        .map { String($0.dropFirst(name.utf8.count + 2)) }
    }
  }

  /// Sends a request as it stands and reads what comes.
  ///
  /// - Parameter fields: further lines of the head.
  func ask(_ method: String, _ target: String, _ fields: [String] = [], host: String = "127.0.0.1") async throws
    -> Answer
  {
    try await raw(
      "\(method) \(target) HTTP/1.1\r\n"
        + (["Host: \(host)", "Connection: close"] + fields).map { $0 + "\r\n" }.joined() + "\r\n")
  }

  func get(_ target: String, _ fields: [String] = []) async throws -> Answer { try await ask("GET", target, fields) }

  func raw(_ text: String) async throws -> Answer {
    let port = port
    return try await Workers.current.run {
      let socket = try LoopbackSocket(port: port)
      try socket.transmit(Array(text.utf8))
      var bytes: [UInt8] = []
      reading: while true {
        switch socket.receive(atMost: 1 << 16, milliseconds: 20_000) {
        case .bytes(let more): bytes += more
        case .closed, .reset, .nothing: break reading
        }
      }
      return Answer(bytes)
    }
  }
}

extension ServerScene.Answer {
  fileprivate init(_ bytes: [UInt8]) {
    let end = bytes.indices.first { bytes[$0...].starts(with: [13, 10, 13, 10]) } ?? bytes.count
    let head = String(decoding: bytes[..<end], as: UTF8.self)
    let body = Array(bytes.dropFirst(end + 4))
    let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length: ") }
      .flatMap { Int($0.dropFirst(16)) }
    self.init(head: head, body: body, isCut: length.map { body.count < $0 } ?? true)
  }
}

extension ImageFixture {
  /// The image as an archive under a name, in the form of an OCI layout.
  func archive(_ name: String, without absent: Set<String> = [], truncated: Bool = false) -> [UInt8] {
    var tar = TarWriter()
    tar.member("oci-layout", content: Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    let index = """
      {"schemaVersion":2,"manifests":[{"mediaType":"\(Self.manifestType)","digest":"\(manifest.digest)",\
      "size":\(manifest.bytes.count),"annotations":{"io.containerd.image.name":"\(name)"}}]}
      """
    tar.member("index.json", content: Array(index.utf8))
    for blob in [manifest] + blobs where !absent.contains(blob.digest) {
      tar.member("blobs/" + blob.digest.replacing(":", with: "/"), content: blob.bytes)
    }
    tar.end()
    return tar.bytes
  }

  /// What `docker save` wrote before Docker 25, and skopeo's `docker-archive:` does: no manifest of a registry.
  ///
  /// - Parameter layers: how many of its layers are in it.
  func savedArchive(_ name: String, layers count: Int = .max) -> [UInt8] {
    var tar = TarWriter()
    let names = layers.indices.map { "\($0)/layer.tar" }
    let list = names.map { "\"\($0)\"" }.joined(separator: ",")
    let entry = #"[{"Config":"c.json","RepoTags":["\#(name)"],"Layers":[\#(list)]}]"#
    tar.member("manifest.json", content: Array(entry.utf8))
    tar.member("c.json", content: config.bytes)
    for (name, layer) in zip(names, layers).prefix(count) { tar.member(name, content: layer.bytes) }
    tar.end()
    return tar.bytes
  }
}
