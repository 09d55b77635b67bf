// What another program does with the library, compiled as from outside of the package: only what is public is seen.
import ContainerImages
import ImageCopy
import ImageModel

@main
enum Examples {
  /// `examples SOURCE TARGET`
  static func main() async throws {
    let (source, target) = (CommandLine.arguments[1], CommandLine.arguments[2])
    try await carry(source, to: target)
    print(try await sizeOfLayers(of: target))
    print(try await tags(of: target))
  }

  // One file, and into another registry.
  static func carry(_ source: String, to target: String) async throws {
    try await withRegistries { registries in
      try await registries.pull(source, to: "image.tar", platform: try Platform(parsing: "linux/amd64")) { event in
        if case .progress(let progress) = event { print("\(progress.bytesFetched) bytes") }
      }
      let pushed = try await registries.push("image.tar", to: target)
      print(pushed.images[0].digest)
    }
  }

  // The archive in order to wherever it is wanted, without a file.
  static func stream(_ name: String, into store: Store) async throws {
    try await withRegistries { registries in
      try await registries.pull(name, platform: try Platform(parsing: "linux/amd64")) { event in
        if case .started(let archive) = event { print("\(archive.archiveSize) bytes") }
      } write: { piece in
        await store.append(piece)
      }
      try await registries.withArchive(of: name) { bytes in
        for try await piece in bytes { await store.append(piece) }
      }
    }
  }

  // What an image consists of, and the bytes of its layers.
  static func sizeOfLayers(of name: String) async throws -> Int {
    try await withRegistries { registries in
      let image = try await registries.image(name, platform: try Platform(parsing: "linux/amd64"))
      let count = Counter()
      for layer in image.manifest.layers {
        try await image.withBytes(of: layer) { bytes in
          for try await piece in bytes { await count.add(piece.count) }
        }
      }
      return await count.value
    }
  }

  // With nothing of this machine: no mirror, no proxy, no login.
  static func tags(of name: String) async throws -> [String] {
    var access = RegistryAccess.ofThisMachine(variables: [:])
    access.network.connectionsPerHost = 4
    return try await withRegistries(access) { registries in
      try await registries.tags(of: ImageReference(parsing: name).qualifiedRepository)
    }
  }

  actor Store {
    private(set) var bytes: [UInt8] = []
    func append(_ piece: [UInt8]) { bytes += piece }
  }

  actor Counter {
    private(set) var value = 0
    func add(_ count: Int) { value += count }
  }
}
