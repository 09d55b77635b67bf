import HTTPTypes
import ManualClocks
import ScriptedServer
import Synchronization
import SystemPackage
import TemporaryFolders
import Testing

@testable import RegistryServer

/// Archives by URL of images that are on the server's disk, where no registry gives them: the air gap.
@Suite struct DiskArchiveTests {
  private let image = ImageFixture(layers: [300_000, 30_000], seed: 454)
  private let other = ImageFixture(layers: [20_000], seed: 455)

  /// - Returns: what a gateway before the registry gives for the same name.
  private func archive(of name: String, _ server: ScriptedServer) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    try await GatewayScene.run([server.authority]) { gateway in
      bytes = try await gateway.get("/archive/\(name).tar?platform=linux/amd64").bytes
    }
    return bytes
  }

  @Test("T454: an image on the disk is given as an archive where its registry may not be asked, whole and in parts")
  func notAllowed() async throws {
    let folder = try TemporaryFolder()
    try await ScriptedServer.run { server in
      server.serve(image)
      let name = "\(server.authority)/team/app:1"
      let expected = try await archive(of: name, server)
      try folder.write(image.archive(name), to: "a.tar")
      let before = server.requests.count
      try await GatewayScene.run(folder, []) { gateway, contents in
        // The path alone, as under /v2.
        for typed in [name, "team/app:1"] {
          let target = "/archive/\(typed).tar?platform=linux/amd64"
          let whole = try await gateway.get(target)
          #expect(whole.status == 200 && whole.bytes == expected && !whole.isCut, "\(whole.text.prefix(300))")
          let rest = try await gateway.range(target, "200000-")
          #expect(rest.status == 206 && rest.bytes == Array(expected[200_000...]))
        }
        let unknown = try await gateway.get("/archive/team/app:2.tar")
        #expect(unknown.status == 403 && unknown.code == "upstream-not-allowed")
        // The tag is another image now: nobody gets the rest of that behind the beginning of the former.
        try folder.write(other.archive(name), to: "a.tar")
        _ = try await contents.rescan()
        let target = "/archive/\(name).tar?platform=linux/amd64"
        #expect(try await gateway.range(target, "200000-").status == 412)
        let replaced = try await gateway.get(target)
        #expect(replaced.status == 200 && replaced.bytes.count < expected.count && !replaced.isCut)
        #expect(try await gateway.range(target, "1000-").status == 412)
      }
      #expect(server.requests.count == before)
    }
  }

  @Test("T478: the rest of an archive of the disk is had after a restart, and that of another image is 412")
  func restarted() async throws {
    let folder = try TemporaryFolder()
    let state = try TemporaryFolder()
    let pins = state.path.appending("state").appending("pins")
    let target = "/archive/team/app:1.tar?platform=linux/amd64"
    try folder.write(image.archive("team/app:1"), to: "a.tar")
    var whole: [UInt8] = []
    try await GatewayScene.run(folder, [], pins: pins) { (gateway, _) async throws in
      #expect(try await gateway.get("/archive/team/other:1.tar").status == 403)
      #expect(try state.names.isEmpty)
      whole = try await gateway.get(target).bytes
    }
    try await GatewayScene.run(folder, [], pins: pins) { (gateway, _) async throws in
      let rest = try await gateway.range(target, "200000-")
      #expect(rest.status == 206 && rest.bytes == Array(whole[200_000...]))
    }
    try folder.write(other.archive("team/app:1"), to: "a.tar")
    try await GatewayScene.run(folder, [], pins: pins) { (gateway, _) async throws in
      #expect(try await gateway.range(target, "1000-").status == 412)
    }
  }

  @Test("T478: where pins cannot be read or written that is told once, and archives are given all the same")
  func pinsNotKept() async throws {
    let folder = try TemporaryFolder()
    for tag in 1...3 { try folder.write(image.archive("team/app:\(tag)"), to: "\(tag).tar") }
    let state = try TemporaryFolder()
    try state.write([1], to: "file")
    for pins in [state.path, state.path.appending("file").appending("pins")] {
      try await GatewayScene.run(folder, [], pins: pins) { (gateway, _) async throws in
        for tag in 1...3 { #expect(try await gateway.get("/archive/team/app:\(tag).tar").status == 200) }
        #expect(try await gateway.range("/archive/team/app:3.tar", "1000-").status == 206)
        #expect(gateway.pinFaults == 1)
      }
    }
  }

  @Test("T472: an image that was pushed is given as an archive without any registry, whole, in parts, and as it is now")
  func pushed() async throws {
    let scene = try PushScene()
    func push(_ image: ImageFixture) async throws {
      for blob in image.blobs { try await scene.push(blob: blob.bytes) }
      #expect(try await scene.put(image.manifest.bytes, as: "1").status == .created)
    }
    try await push(image)
    let change: (inout UpstreamSettings) -> Void = { $0.pushed = scene.handler }
    try await GatewayScene.run([], change: change) { gateway in
      let target = "/archive/team/app:1.tar?platform=linux/amd64"
      let whole = try await gateway.get(target)
      #expect(whole.status == 200 && !whole.isCut, "\(whole.text.prefix(300))")
      for layer in image.layers { #expect(whole.bytes.firstRange(of: layer.bytes) != nil) }
      let rest = try await gateway.range(target, "200000-")
      #expect(rest.status == 206 && rest.bytes == Array(whole.bytes[200_000...]))
      #expect(try await gateway.get("/archive/team/app:2.tar").status == 403)
      try await push(other)
      #expect(try await gateway.range(target, "1000-").status == 412)
      let replaced = try await gateway.get(target)
      #expect(replaced.status == 200 && replaced.bytes.firstRange(of: other.layers[0].bytes) != nil)
    }
  }

  @Test("T454: where the registry cannot be reached the disk stands in for it, and nothing does for its refusal")
  func unreachable() async throws {
    let folder = try TemporaryFolder()
    let isSilent = Mutex(false)
    let refuses = Mutex(false)
    try await ScriptedServer.run { server in
      server.on("GET,HEAD", "/v2/*", where: { _ in isSilent.withLock(\.self) }) { _ in .never }
      server.on("GET,HEAD", "/v2/*", where: { _ in refuses.withLock(\.self) }) { _ in
        .registryError(404, "MANIFEST_UNKNOWN", "gone")
      }
      server.serve(image)
      let name = "\(server.authority)/team/app:1"
      let expected = try await archive(of: name, server)
      try folder.write(image.archive(name), to: "a.tar")
      isSilent.withLock { $0 = true }
      let clock = ManualClock()
      let target = "/archive/\(name).tar?platform=linux/amd64"
      try await GatewayScene.run(folder, [server.authority], clock: clock) { gateway, _ in
        var before = server.requests.count
        async let waiting = gateway.get(target)
        await server.requestsArrived(before + 1)
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(5))
        let answer = try await waiting
        #expect(answer.status == 200 && answer.bytes == expected && !answer.isCut)
        before = server.requests.count
        async let missing = gateway.get("/archive/\(server.authority)/team/app:2.tar")
        await server.requestsArrived(before + 1)
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(30))
        let refusal = try await missing
        #expect(refusal.status == 504)
      }
      isSilent.withLock { $0 = false }
      refuses.withLock { $0 = true }
      try await GatewayScene.run(folder, [server.authority]) { gateway, _ in
        let refusal = try await gateway.get(target)
        #expect(refusal.status == 404)
      }
    }
  }
}

extension GatewayScene {
  /// A gateway that has the archives of a folder on its disk.
  static func run(
    _ folder: TemporaryFolder, _ upstreams: [String], clock: ManualClock = ManualClock(), pins: FilePath? = nil,
    _ body: (GatewayScene, WatchedContents) async throws -> Void
  ) async throws {
    let contents = WatchedContents([folder.path], quietTime: .zero)
    _ = try await contents.rescan()
    let change: (inout UpstreamSettings) -> Void = {
      $0.onDisk = { contents.current }
      $0.pinFile = pins?.string
      $0.canLackPins = true
    }
    try await run(upstreams, clock: clock, change: change) { try await body($0, contents) }
  }
}
