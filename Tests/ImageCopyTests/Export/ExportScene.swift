import HTTPAccess
import ImageArchive
import ImageModel
import NIOCore
import PullScenes
import ScriptedServer
import Synchronization
import Waiting

@testable import ImageCopy

extension PullScene {
  /// Copies images onto the disk; pauses between tries take no time.
  ///
  /// - Parameter name: of an archive in the folder; one that ends in a slash is a layout's.
  func export(
    _ sources: [ImageOrigin], to name: String, bringsReferrers: Bool = true,
    change: (inout ExportRequest) throws -> Void = { _ in }
  ) async throws -> (result: PushResult, events: [PushEvent]) {
    let events = Mutex<[PushEvent]>([])
    let export = try prepared(sources, to: name, bringsReferrers: bringsReferrers, change: change)
    let result = try await export.run { event in events.withLock { $0.append(event) } }
    return (result, events.withLock(\.self))
  }

  func prepared(
    _ sources: [ImageOrigin], to name: String, into sink: (any ByteSink)? = nil, bringsReferrers: Bool = true,
    change: (inout ExportRequest) throws -> Void = { _ in }
  ) throws -> ImageExport {
    let path = folder.appending(name).string
    var request = ExportRequest(
      sources, to: name == "-" ? .standardOutput : name.hasSuffix("/") ? .layout(path) : .archive(path))
    request.bringsReferrers = bringsReferrers
    try change(&request)
    return ImageExport(
      request, access, retrier: Retrier(clock: clock, now: now, jitter: jitter), standardOutput: sink)
  }

  func source(_ name: String) -> ImageOrigin { .archive(path: folder.appending(name).string) }

  func source(_ server: ScriptedServer, _ name: String) throws -> ImageOrigin {
    .image(try ImageReference(parsing: "\(server.authority)/\(name)"))
  }
}

/// Keeps what is written.
final class WrittenBytes: ByteSink {
  private let written = Mutex<[UInt8]>([])

  var bytes: [UInt8] { written.withLock(\.self) }

  func write(_ bytes: ByteBuffer) async throws { written.withLock { $0 += Array(buffer: bytes) } }
}
