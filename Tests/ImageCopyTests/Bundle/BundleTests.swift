import ImageArchive
import ImageModel
import MachineConfiguration
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

@Suite("Several images in one archive")
struct BundleTests {
  private let first = ImageFixture(layers: [9 << 20, 400_000], seed: 501)
  private let second = ImageFixture(layers: [7 << 20, 70_000, 3_000], seed: 502)

  /// The second image with the first one's first layer beneath.
  private var shared: ImageFixture {
    let layers = [first.layers[0]] + second.layers
    let diffIDs = layers.map { "\"\($0.digest)\"" }.joined(separator: ",")
    let config =
      #"{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[\#(diffIDs)]}}"#
    return ImageFixture(
      config: .init(mediaType: ImageFixture.configType, bytes: Array(config.utf8)), layers: layers)
  }

  @Test("images of two registries: every blob once, each from where its image is")
  func twoRegistries() async throws {
    try await ScriptedServer.run { one in
      one.serve(first, repository: "team/one")
      try await ScriptedServer.run { other in
        other.serve(second, repository: "other/two", tag: "2")
        try await PullScene.run { scene in
          let images = [
            PlacedImage(image: first, reference: "\(one.authority)/team/one:1"),
            PlacedImage(image: second, reference: "\(other.authority)/other/two:2"),
          ]
          let outcome = try await scene.pull(images)
          let result = try #require(outcome.result, "\(String(describing: outcome.error))")
          #expect(try scene.bytes("bundle.tar") == expectedBundle(images))
          #expect(scene.files == ["bundle.tar"])
          #expect(result.images.map(\.reference.description) == images.map(\.reference))
          #expect(result.leftOut.isEmpty)
          let size = (first.blobs + second.blobs).reduce(0) { $0 + $1.size }
          #expect(result.bytesFetched >= size - first.config.size - second.config.size)
        }
      }
    }
  }

  @Test("a blob that images share is fetched once, from either repository that has it")
  func sharedBlob() async throws {
    let both = shared
    try await ScriptedServer.run { server in
      server.serve(first, repository: "team/one")
      server.serve(both, repository: "team/two")
      try await PullScene.run { scene in
        let images = [
          PlacedImage(image: first, reference: "\(server.authority)/team/one:1"),
          PlacedImage(image: both, reference: "\(server.authority)/team/two:1"),
        ]
        let result = try #require(try await scene.pull(images).result)
        #expect(try scene.bytes("bundle.tar") == expectedBundle(images))
        let size = Set((first.blobs + both.blobs).map(\.digest)).count
        #expect(size == first.blobs.count + both.blobs.count - 1)
        let bytes = (first.blobs + second.layers).reduce(0) { $0 + $1.size }
        #expect(result.bytesFetched < bytes + (1 << 20))
      }
    }
  }

  @Test("what one image's repository denies comes from the other's at the same registry")
  func deniedInOne() async throws {
    let both = shared
    try await ScriptedServer.run { server in
      server.serveManifest(first.manifest, repository: "team/one")
      for blob in first.blobs where blob.digest != first.layers[0].digest { server.serve(blob, repository: "team/one") }
      server.on("/v2/team/one/blobs/\(first.layers[0].digest)", reply: Reply(404))
      server.serve(both, repository: "team/two")
      try await PullScene.run { scene in
        let images = [
          PlacedImage(image: first, reference: "\(server.authority)/team/one:1"),
          PlacedImage(image: both, reference: "\(server.authority)/team/two:1"),
        ]
        let outcome = try await scene.pull(images)
        #expect(outcome.error == nil)
        #expect(try scene.bytes("bundle.tar") == expectedBundle(images))
      }
    }
  }

  @Test("an image that is not there ends the pull and is named; with keep-going it is left out")
  func missingImage() async throws {
    try await ScriptedServer.run { server in
      server.serve(first, repository: "team/one")
      server.on("/v2/team/none/manifests/1", reply: Reply(404))
      try await PullScene.run { scene in
        let good = PlacedImage(image: first, reference: "\(server.authority)/team/one:1")
        let images = [PlacedImage(image: second, reference: "\(server.authority)/team/none:1"), good]
        let failed = try #require(try await scene.pull(images).error as? FailedImage)
        #expect(failed.reference.description == images[0].reference)
        #expect(failed.failureClass == .notFound)
        #expect(scene.files.isEmpty)

        let result = try #require(try await scene.pull(images, keepsGoing: true).result)
        #expect(result.leftOut.map(\.reference.description) == [images[0].reference])
        #expect((result.leftOut.first?.error as? RegistryError)?.failureClass == .notFound)
        #expect(result.images.map(\.reference.description) == [good.reference])
        #expect(try scene.bytes("bundle.tar") == expectedBundle([good]))

        let none = try await scene.pull([images[0], images[0]], keepsGoing: true)
        #expect(none.failureClass == .notFound)
      }
    }
  }

  @Test("a blob that is not to be had ends the pull; with keep-going only its image is left out")
  func missingBlob() async throws {
    try await ScriptedServer.run { server in
      server.serve(first, repository: "team/one")
      server.serveManifest(second.manifest, repository: "team/two")
      for blob in second.blobs where blob.digest != second.layers[1].digest {
        server.serve(blob, repository: "team/two")
      }
      server.on("/v2/team/two/blobs/\(second.layers[1].digest)", reply: Reply(404))
      try await PullScene.run { scene in
        let good = PlacedImage(image: first, reference: "\(server.authority)/team/one:1")
        let images = [PlacedImage(image: second, reference: "\(server.authority)/team/two:1"), good]
        let failed = try #require(try await scene.pull(images).error as? FailedImage)
        #expect(failed.reference.description == images[0].reference)
        #expect(failed.failureClass == .notFound)

        let result = try #require(try await scene.pull(images, keepsGoing: true).result)
        #expect(result.leftOut.map(\.reference.description) == [images[0].reference])
        #expect(try scene.bytes("bundle.tar") == expectedBundle([good]))
        #expect(scene.files == ["bundle.tar"])
      }
    }
  }

  @Test("T012: wrong bytes of one image leave it out with keep-going")
  func wrongBlob() async throws {
    try await ScriptedServer.run { server in
      server.serve(first, repository: "team/one")
      server.serveManifest(second.manifest, repository: "team/two")
      for blob in second.blobs where blob.digest != second.layers[1].digest {
        server.serve(blob, repository: "team/two")
      }
      let wrong = ReplyBody(ImageFixture.noise(70_000, seed: 9))
      server.on("/v2/team/two/blobs/\(second.layers[1].digest)") { .blob(wrong, for: $0) }
      try await PullScene.run { scene in
        let good = PlacedImage(image: first, reference: "\(server.authority)/team/one:1")
        let images = [good, PlacedImage(image: second, reference: "\(server.authority)/team/two:1")]
        let result = try #require(try await scene.pull(images, keepsGoing: true).result)
        #expect((result.leftOut.first?.error as? RegistryError)?.failureClass == .integrity)
        #expect(try scene.bytes("bundle.tar") == expectedBundle([good]))
      }
    }
  }

  @Test("an interrupted pull goes on, also with another image more")
  func resumed() async throws {
    try await ScriptedServer.run { server in
      server.serve(first, repository: "team/one")
      server.serveManifest(second.manifest, repository: "team/two")
      server.serve(second.config, repository: "team/two")
      for layer in second.layers { server.on("/v2/team/two/blobs/\(layer.digest)", reply: Reply(404)) }
      try await PullScene.run { scene in
        let images = [
          PlacedImage(image: first, reference: "\(server.authority)/team/one:1"),
          PlacedImage(image: second, reference: "\(server.authority)/team/two:1"),
        ]
        scene.access.network.connectionsPerHost = 1
        #expect(try await scene.pull(images).failureClass == .notFound)
        #expect(scene.files == ["bundle.tar.part", "bundle.tar.part.journal"])
        server.removeRules()
        let third = ImageFixture(layers: [90_000], seed: 503)
        server.serve(second, repository: "team/two")
        server.serve(third, repository: "team/three")
        server.serveManifest(first.manifest, repository: "team/one")
        server.serve(first.config, repository: "team/one")
        for layer in first.layers { server.serve(layer, repository: "team/one") }
        let more = images + [PlacedImage(image: third, reference: "\(server.authority)/team/three:1")]
        let before = server.requests("/v2/team/one/blobs/\(first.layers[0].digest)").count
        let result = try #require(try await scene.pull(more).result)
        #expect(try scene.bytes("bundle.tar") == expectedBundle(more))
        let sent = (first.blobs + second.blobs + third.blobs).reduce(0) { $0 + $1.size }
        // What had come was the first image's largest layer.
        #expect(before == 0 || result.bytesFetched < sent)
      }
    }
  }

  @Test("T079: a mirror that is down is told of once, however many images it was to give")
  func deadMirror() async throws {
    try await ScriptedServer.run { server in
      server.serve(first, repository: "team/one")
      server.serve(second, repository: "team/two")
      try await PullScene.run { scene in
        scene.access.mirrors = [try #require(MirrorName(parsing: "http://127.0.0.1:1"))]
        let told = Told()
        let images = [
          PlacedImage(image: first, reference: "\(server.authority)/team/one:1"),
          PlacedImage(image: second, reference: "\(server.authority)/team/two:1"),
        ]
        let outcome = try await scene.pull(
          images,
          observe: { event in
            if case .warning(.mirrorDropped(let host, _)) = event { told.hosts.withLock { $0.append(host) } }
          })
        #expect(outcome.error == nil)
        #expect(told.hosts.withLock(\.self) == ["127.0.0.1:1"])
        #expect(try scene.bytes("bundle.tar") == expectedBundle(images))
      }
    }
  }

  private final class Told: Sendable {
    let hosts = Mutex<[String]>([])
  }

  @Test("a preview says what a bundle would come to, without a request for a blob")
  func preview() async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(first.manifest, repository: "team/one")
      server.serveManifest(second.manifest, repository: "team/two")
      server.serve(first.config, repository: "team/one")
      server.serve(second.config, repository: "team/two")
      try await PullScene.run { scene in
        var request = PullRequest(reference: try ImageReference(parsing: "\(server.authority)/team/one:1"))
        request.images += [
          RequestedImage(reference: try ImageReference(parsing: "\(server.authority)/team/two:1"))
        ]
        request.output = .file(scene.folder.appending("bundle.tar").string)
        let pull = try ImagePull(scene.access)
        let preview = try await pull.preview(request) { _ in }
        try await pull.close()
        let images = [
          PlacedImage(image: first, reference: "\(server.authority)/team/one:1"),
          PlacedImage(image: second, reference: "\(server.authority)/team/two:1"),
        ]
        #expect(try preview.archiveSize == Int64(expectedBundle(images).count))
        #expect(preview.images.count == 2)
        #expect(scene.files.isEmpty)
      }
    }
  }
}
