import Dispatch
import EngineClient
import ImageModel
import Synchronization
import SystemPackage
import Testing

/// An engine that keeps what it is given.
final class KeepingEngine: Engine {
  let kind: EngineKind
  let place = "unix:///engine.sock"
  private let answer: EngineInventory
  private let refusesFirst: Bool
  private let refusal: String
  private let received = Mutex<[[UInt8]]>([])

  init(
    _ store: EngineInventory.Store, images: String = "", refusesFirst: Bool = false, platform: Platform? = nil,
    keepsAllPlatforms: Bool = false, keepsReferrers: Bool = false, kind: EngineKind = .docker,
    refusal: String = "no such layer"
  ) {
    self.refusal = refusal
    self.kind = kind
    answer = EngineInventory(
      store: store, images: Array(images.utf8), platform: platform, keepsAllPlatforms: keepsAllPlatforms,
      keepsReferrers: keepsReferrers)
    self.refusesFirst = refusesFirst
  }

  /// What came, one array for each load.
  var loads: [[UInt8]] { received.withLock(\.self) }

  func inventory() async throws -> EngineInventory { answer }

  func load(size: Int64, _ write: @escaping @Sendable (FileDescriptor) async throws -> Void) async throws -> String {
    let ends = try FileDescriptor.pipe()
    async let written: Void = {
      defer { try? ends.writeEnd.close() }
      try await write(ends.writeEnd)
    }()
    let bytes = try await Self.all(of: ends.readEnd)
    try await written
    #expect(Int64(bytes.count) == size)
    let isFirst = received.withLock { received in
      received.append(bytes)
      return received.count == 1
    }
    if refusesFirst, isFirst { throw EngineError.refused(kind, words: refusal) }
    return "Loaded"
  }

  /// Reads on a thread of its own: those of the tasks are needed by whoever writes.
  private static func all(of pipe: FileDescriptor) async throws -> [UInt8] {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "engine").async {
        continuation.resume(
          with: Result {
            try pipe.closeAfter {
              var bytes: [UInt8] = []
              var piece = [UInt8](repeating: 0, count: 1 << 16)
              while true {
                let count = try piece.withUnsafeMutableBytes { try pipe.read(into: $0) }
                guard count > 0 else { return bytes }
                bytes += piece[..<count]
              }
            }
          })
      }
    }
  }
}
