import ManualClocks
import PullScenes

#if os(Linux)
  import CLibrary
  import ScriptedServer
  import Synchronization
  import SystemPackage
  import Testing

  @testable import ImageCopy

  private let mebibyte: Int64 = 1 << 20

  @Suite("The page cache")
  struct PageCacheTests {
    @Test(
      "what is digested of a large archive leaves the page cache, and what is not large stays",
      arguments: [true, false])
    func residency(isLarge: Bool) async throws {
      let image = ImageFixture(layers: [40 << 20, 8 << 20], seed: 86)
      try await ScriptedServer.run { server in
        server.serveManifest(image.manifest)
        for blob in image.blobs {
          server.on("/v2/team/app/blobs/\(blob.digest)") {
            .blob(blob.body, for: $0).with { $0.rate = (isLarge ? 12 : 48) * mebibyte }
          }
        }
        try await PullScene.run { scene in
          guard try Self.canLeave(scene.folder) else { return }
          // A second of the clock, after which the cache is looked at, takes some milliseconds.
          let clock = ManualClock()
          scene.clock = clock
          scene.isLarge = { _ in isLarge }
          // One after the other, so that bytes are digested as they come.
          scene.access.network.connectionsPerHost = 1
          let pulling = scene
          let reference = "\(server.authority)/team/app:1"
          let most = Mutex<Int64>(0)
          let error = try await clock.running {
            try await pulling.pull(
              reference,
              observe: { event in
                guard case .progress = event else { return }
                let resident = (try? Self.residentBytes(of: pulling.folder.appending("app_1.tar.part"))) ?? 0
                most.withLock { $0 = max($0, resident) }
              }
            ).error
          }
          #expect(error == nil)
          let left = try Self.residentBytes(of: scene.folder.appending("app_1.tar"))
          let peak = most.withLock { $0 }
          if isLarge {
            #expect(peak > 0 && peak < 32 * mebibyte, "while it is fetched")
            #expect(left < 4 * mebibyte)
          } else {
            #expect(left > 40 * mebibyte)
          }
          #expect(try scene.bytes("app_1.tar") == expectedArchive(image, reference: reference))
        }
      }
    }

    /// Bytes of a file that are in memory (mincore(2)).
    private static func residentBytes(of path: FilePath) throws -> Int64 {
      let file = try FileDescriptor.open(path, .readOnly)
      return try file.closeAfter {
        let size = Int(try file.seek(offset: 0, from: .end))
        let mapped = mmap(nil, size, PROT_READ, MAP_SHARED, file.rawValue, 0)
        let pageSize = sysconf(Int32(_SC_PAGESIZE))
        guard let mapped, mapped != MAP_FAILED, pageSize > 0 else { throw Errno(rawValue: errno) }
        defer { munmap(mapped, size) }
        var pages = [UInt8](repeating: 0, count: (size + pageSize - 1) / pageSize)
        guard mincore(mapped, size, &pages) == 0 else { throw Errno(rawValue: errno) }
        return Int64(pages.count { $0 & 1 == 1 } * pageSize)
      }
    }

    /// Whether files of a folder can leave memory: those of a tmpfs cannot.
    private static func canLeave(_ folder: FilePath) throws -> Bool {
      let path = folder.appending("probe")
      let file = try FileDescriptor.open(
        path, .readWrite, options: [.create, .truncate], permissions: .ownerReadWrite)
      try file.closeAfter {
        try file.writeAll([UInt8](repeating: 7, count: 1 << 20))
        fsync(file.rawValue)
        posix_fadvise(file.rawValue, 0, 0, POSIX_FADV_DONTNEED)
      }
      let resident = try residentBytes(of: path)
      unlink(path.string)
      return resident == 0
    }
  }
#endif
