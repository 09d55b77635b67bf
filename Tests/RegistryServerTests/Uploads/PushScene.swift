import FileAccess
import HTTPTypes
import ImageArchive
import ImageModel
import NIOCore
import SystemPackage
import TemporaryFolders

@testable import RegistryServer

/// A layout that is pushed to.
struct PushScene {
  let folder: TemporaryFolder
  let handler: PushHandler
  let images: PushedImages

  init(
    in folder: TemporaryFolder? = nil, clock: any Clock<Duration> = ContinuousClock(),
    elsewhere: ServedContents = ServedContents(),
    limits change: (inout UploadLimits) -> Void = { _ in }
  ) throws {
    let folder = try folder ?? TemporaryFolder()
    var limits = UploadLimits()
    limits.freeBytes = 0
    limits.allowsDelete = true
    change(&limits)
    let store = try LayoutStore(folder.path.appending("layout"))
    images = try PushedImages(store) { elsewhere }
    handler = try PushHandler(images, uploads: LayoutUploads(of: store), limits: limits, clock: clock)
    self.folder = folder
  }

  func send(
    _ method: HTTPRequest.Method, _ address: String, _ fields: HTTPFields = [:], body: [[UInt8]] = []
  ) async throws -> ServerAnswer {
    let parts = address.split(separator: "?", maxSplits: 1)
    let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
      let halves = pair.split(separator: "=", maxSplits: 1).map(String.init)
      return (name: halves[0], value: halves.count > 1 ? halves[1] : "")
    }
    let request = ServerRequest(
      method: method, path: String(parts[0]), query: query, fields: fields, body: Pieces(pieces: body))
    guard let answer = try await handler.answer(request) else { throw Unanswered(address: address) }
    return answer
  }

  struct Unanswered: Error {
    let address: String
  }

  /// A connection that breaks after its last piece where `breaks` is set.
  struct Pieces: AsyncSequence, AsyncIteratorProtocol, Sendable {
    var pieces: [[UInt8]]
    var breaks = false

    func makeAsyncIterator() -> Self { self }

    mutating func next() async throws -> ByteBuffer? {
      guard !pieces.isEmpty else {
        if breaks { throw Errno.connectionReset }
        return nil
      }
      return ByteBuffer(bytes: pieces.removeFirst())
    }
  }

  /// Begins an upload.
  ///
  /// - Returns: where it goes on.
  func begin(_ repository: String = "team/app") async throws -> String {
    try await send(.post, "/v2/\(repository)/blobs/uploads/").fields[.location] ?? ""
  }

  @discardableResult
  func push(blob bytes: [UInt8], to repository: String = "team/app") async throws -> Descriptor {
    let digest = Digest.hash(bytes)
    _ = try await send(.post, "/v2/\(repository)/blobs/uploads/?digest=\(digest)", body: [bytes])
    return Descriptor(mediaType: .ociLayer, digest: digest, size: Int64(bytes.count))
  }

  /// Pushes an image of one layer.
  ///
  /// - Returns: the answer to its manifest, and that manifest.
  @discardableResult
  func push(
    image layer: String, as tag: String, to repository: String = "team/app", subject: Digest? = nil
  ) async throws -> (answer: ServerAnswer, manifest: [UInt8]) {
    let layer = try await push(blob: Array(layer.utf8), to: repository)
    let config = try await push(blob: Array("{}".utf8), to: repository)
    let manifest = Self.manifest(config, [layer], subject: subject)
    return (try await put(manifest, as: tag, to: repository), manifest)
  }

  func put(_ manifest: [UInt8], as tag: String, to repository: String = "team/app") async throws -> ServerAnswer {
    let digest = try? Digest(parsing: tag)
    return try await send(
      .put, "/v2/\(repository)/manifests/\(digest.map { "\($0)" } ?? tag)",
      [.contentType: Self.type(of: manifest)], body: [manifest])
  }

  private static func type(of manifest: [UInt8]) -> String {
    String(decoding: manifest, as: UTF8.self).contains("\"manifests\"")
      ? MediaType.ociIndex.rawValue : MediaType.ociManifest.rawValue
  }

  static func manifest(_ config: Descriptor, _ layers: [Descriptor], subject: Digest? = nil) -> [UInt8] {
    let subject = subject.map { ",\"subject\":\(entry(.ociManifest, $0, 2))" } ?? ""
    return Array(
      """
      {"schemaVersion":2,"mediaType":"\(MediaType.ociManifest)","config":\
      \(entry(.ociImageConfig, config.digest, config.size)),"layers":[\
      \(layers.map { entry(.ociLayer, $0.digest, $0.size) }.joined(separator: ","))]\(subject)}
      """.utf8)
  }

  static func index(_ manifests: [[UInt8]]) -> [UInt8] {
    let entries = manifests.map { entry(.ociManifest, Digest.hash($0), Int64($0.count)) }
    return Array(
      """
      {"schemaVersion":2,"mediaType":"\(MediaType.ociIndex)","manifests":[\(entries.joined(separator: ","))]}
      """.utf8)
  }

  private static func entry(_ type: MediaType, _ digest: Digest, _ size: Int64) -> String {
    "{\"mediaType\":\"\(type)\",\"digest\":\"\(digest)\",\"size\":\(size)}"
  }

  /// The bytes of a blob in the layout; nil where there is none.
  func blob(_ digest: Digest) -> [UInt8]? {
    try? folder.read("layout/blobs/\(digest.algorithm.rawValue)/\(digest.hexadecimal)")
  }

  /// What is unfinished.
  var unfinished: [String] {
    let folder = try? Folder(opening: folder.path.appending("layout/blobs/.uploads"))
    return ((try? folder?.names()) ?? []).filter { $0 != "lock" }
  }
}

extension ServerAnswer {
  /// The codes of an error of the API.
  var text: String {
    guard case .bytes(let bytes) = body else { return "" }
    return String(buffer: bytes)
  }
}
