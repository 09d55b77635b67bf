import ContainerImages
import ImageCopy
import ImageModel
import RegistryClient
import ScriptedServer
import SystemPackage
import TemporaryFolders
import Testing

/// What another program does with the library.
@Suite struct RegistriesTests {
  private let image = ImageFixture(layers: [2_000_000, 300], seed: 7)

  /// A registry with `team/app:1`, and a folder.
  private func scene(
    _ body:
      @Sendable (_ registries: Registries, _ registry: PushRegistry, _ server: ScriptedServer) async throws -> Void
  ) async throws {
    try await ScriptedServer.run { server in
      let registry = PushRegistry()
      for blob in image.blobs { registry.keep(blob) }
      registry.keep(manifest: image.manifest, as: "1")
      registry.serve(on: server)
      var access = RegistryAccess.ofThisMachine(variables: [:])
      access.usesPlainHTTP = true
      try await withRegistries(access) { try await body($0, registry, server) }
    }
  }

  @Test func `An image goes into a file, and from there into another repository, with its digest`() async throws {
    try await scene { registries, registry, server in
      let folder = try TemporaryFolder()
      let path = folder.path.appending("app.tar").string
      let pulled = try await registries.pull(
        "\(server.authority)/team/app:1", to: path, platform: try Platform(parsing: "linux/amd64"))
      #expect("\(pulled.manifestDigest)" == image.manifest.digest)
      let pushed = try await registries.push(path, to: "\(server.authority)/other/app:2")
      #expect(pushed.images.map { "\($0.digest)" } == [image.manifest.digest])
      #expect(registry.manifest("2", "other/app") == image.manifest.bytes)
    }
  }

  @Test func `An archive goes into a closure or a loop, and is the file that a pull makes`() async throws {
    try await scene { registries, _, server in
      let folder = try TemporaryFolder()
      let path = folder.path.appending("app.tar")
      let (name, platform) = ("\(server.authority)/team/app:1", try Platform(parsing: "linux/amd64"))
      try await registries.pull(name, to: path.string, platform: platform)
      let file = try FileDescriptor.open(path, .readOnly)
      defer { try? file.close() }
      let size = Int(try file.seek(offset: 0, from: .end))
      let whole = try [UInt8](unsafeUninitializedCapacity: size) {
        $1 = try file.read(fromAbsoluteOffset: 0, into: .init($0))
      }
      let pieces = Pieces()
      let pulled = try await registries.pull(name, platform: platform) { await pieces.add($0) }
      #expect(await pieces.bytes == whole)
      #expect(pulled.path == nil)
      #expect(pulled.archiveSize == Int64(size))
      try await registries.withArchive(of: name, platform: platform) { bytes in
        var all: [UInt8] = []
        for try await piece in bytes { all += piece }
        #expect(all == whole)
      }
    }
  }

  @Test func `An archive with a wrong layer never comes to its end`() async throws {
    try await scene { registries, registry, server in
      let layer = image.layers[0]
      registry.keep(layer.bytes.dropLast() + [layer.bytes[1_999_999] ^ 1], as: layer.digest)
      let pieces = Pieces()
      await #expect(throws: (any Error).self) {
        try await registries.pull(
          "\(server.authority)/team/app:1", platform: try Platform(parsing: "linux/amd64")
        ) { await pieces.add($0) }
      }
      // The blocks of zeros at the end of an archive.
      #expect(await !pieces.bytes.suffix(1024).allSatisfy { $0 == 0 })
    }
  }

  @Test("T360: whoever leaves with an error leaves no connection open", .timeLimit(.minutes(10)))
  func failureCloses() async throws {
    struct Failure: Error {}
    try await ScriptedServer.run { server in
      let registry = PushRegistry()
      registry.keep(manifest: image.manifest, as: "1")
      registry.serve(on: server)
      var access = RegistryAccess.ofThisMachine(variables: [:])
      access.usesPlainHTTP = true
      await #expect(throws: Failure.self) {
        try await withRegistries(access) { registries in
          _ = try await registries.tags(of: "\(server.authority)/team/app")
          #expect(server.openConnections > 0)
          throw Failure()
        }
      }
      // The server hears of it a little later.
      while server.openConnections > 0 { try await Task.sleep(for: .milliseconds(5)) }
    }
  }

  private actor Pieces {
    private(set) var bytes: [UInt8] = []
    func add(_ piece: [UInt8]) { bytes += piece }
  }

  @Test func `An image is copied, and its new name has its digest`() async throws {
    try await scene { registries, registry, server in
      try await registries.copy("\(server.authority)/team/app:1", to: "\(server.authority)/copy/app:1")
      #expect(registry.manifest("1", "copy/app") == image.manifest.bytes)
      #expect(registry.blobs("copy/app") == Set(image.blobs.map(\.digest)))
    }
  }

  @Test func `The bytes of a layer come in order, and all of them`() async throws {
    try await scene { registries, _, server in
      let found = try await registries.image(
        "\(server.authority)/team/app:1", platform: try Platform(parsing: "linux/amd64"))
      #expect("\(found.digest)" == image.manifest.digest)
      for (layer, blob) in zip(found.manifest.layers, image.layers) {
        try await found.withBytes(of: layer) { bytes in
          var all: [UInt8] = []
          for try await piece in bytes { all += piece }
          #expect(all == blob.bytes)
        }
      }
    }
  }

  @Test func `Who has read enough of a layer waits for no more of it`() async throws {
    try await scene { registries, _, server in
      let found = try await registries.image(
        "\(server.authority)/team/app:1", platform: try Platform(parsing: "linux/amd64"))
      let layer = try #require(found.manifest.layers.first)
      try await found.withBytes(of: layer) { bytes in
        for try await piece in bytes {
          #expect(Array(image.layers[0].bytes.prefix(piece.count)) == piece)
          break
        }
      }
    }
  }

  @Test func `T406: A layer with wrong bytes never comes to its end, and is a fault of the registry`() async throws {
    try await scene { registries, registry, server in
      let found = try await registries.image(
        "\(server.authority)/team/app:1", platform: try Platform(parsing: "linux/amd64"))
      let layer = try #require(found.manifest.layers.first)
      registry.keep(image.layers[0].bytes.dropLast() + [image.layers[0].bytes[1_999_999] ^ 1], as: "\(layer.digest)")
      let count = ByteCounter()
      await #expect(throws: RegistryError.self) {
        try await found.withBytes(of: layer) { bytes in
          for try await piece in bytes { await count.add(piece.count) }
        }
      }
      #expect(await count.value < 2_000_000)
    }
  }

  private actor ByteCounter {
    private(set) var value = 0
    func add(_ count: Int) { value += count }
  }
}
