import ImageCopy
import ImageModel
import RegistryAuth
import RegistryClient
import Testing

extension RealPartsTests {
  @Suite("Questions to docker-registry", .serialized)
  struct ListingTests {
    @Test("digest, inspect, tags, ls and doctor at a real registry", .timeLimit(.minutes(10)))
    func questions() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let address = registry.address
          var digest = ""
          for tag in ["1.10", "1.9", "latest"] { digest = try await registry.push(.platforms, as: "team/box:\(tag)") }
          _ = try await registry.push(.busybox, as: "team/busybox:1.0")

          let tags = try await dray.run(["tags", "\(address)/team/box"])
          #expect(tags.output == "latest\n1.9\n1.10\n", "\(tags.errors)")
          let list = try await dray.run(["ls", address])
          #expect(list.output == "\(address)/team/box\n\(address)/team/busybox\n", "\(list.errors)")
          let asked = try await dray.run(["digest", "\(address)/team/box:latest"])
          #expect(asked.output == "\(digest)\n", "\(asked.errors)")
          let shown = try await dray.run(["inspect", "\(address)/team/box:1.9", "--platform", "linux/arm64"])
          #expect(shown.code == 0, "\(shown.errors)")
          #expect(shown.output.contains("  linux/arm/v7 "), "\(shown.output)")
          #expect(shown.output.contains("\nplatform:      linux/arm64\n"), "\(shown.output)")
          let examined = try await dray.run(["doctor", address])
          #expect(examined.code == 0, "\(examined.output)")
          #expect(examined.output.contains("ok    api        /v2/ answers 200: no login is required"))
          let missing = try await dray.run(["tags", "\(address)/team/nothing"])
          #expect(missing.code == 13)
          #expect(missing.errors.contains("NAME_UNKNOWN"))
        }
      }
    }

    @Test("Lists that a real registry gives in pages are whole", .timeLimit(.minutes(10)))
    func pages() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let names = (1...5).map { "\($0).0" }
          for name in names { _ = try await registry.push(.busybox, as: "team/box:\(name)") }
          for name in ["a", "b"] { _ = try await registry.push(.busybox, as: "team/\(name):1") }
          let name = try RegistryName(parsing: registry.address)
          let door = try RegistryDoor(RegistryAccess(credentials: NoCredentials()), registries: [name])
          let client = try await door.client(for: name) { _ in }
          var limits = ListLimits()
          limits.pageSize = 2
          // This registry gives them in no order.
          #expect(try await client.tags("team/box", limits: limits).sorted() == names)
          limits.pageSize = 1
          #expect(try await client.catalog(limits: limits) == ["team/a", "team/b", "team/box"])
          limits.pages = 2
          await #expect(throws: RegistryError.self) { try await client.catalog(limits: limits) }
          try await door.close()
        }
      }
    }
  }
}
