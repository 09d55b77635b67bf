import ImageModel
import MachineConfiguration
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Registries that lack what a push needs")
struct PushTargetTests {
  private let image = ImageFixture(layers: [300], seed: 310)

  @Test("T310: --create-project makes a Harbor's project before anything else, and a dry run makes none")
  func project() async throws {
    try await PushScene.run { scene in
      scene.server.serveHarborWithoutProject(creation: Reply(201))
      try scene.layout.write([(image.manifest, "docker.io/team/app:1")], contents: [image])
      var request = try scene.request("mirror/app:1")
      request.makesProjects = true
      _ = try await scene.plan(request)
      #expect(scene.count("POST", "") == 0)

      let (_, events) = try await scene.push(request)
      let posts = scene.server.requests.filter { $0.method == "POST" }
      #expect(
        posts.first.map { String(decoding: $0.body, as: UTF8.self) }
          == #"{"project_name":"mirror","metadata":{"public":"false"}}"#)
      #expect(posts.filter { $0.path == "/api/v2.0/projects" }.count == 1)
      #expect(events.contains { if case .madeProject("mirror", _) = $0 { true } else { false } })
      #expect(scene.registry.manifest("1", "mirror/app") == image.manifest.bytes)
    }
  }

  @Test("T310: who may not make the project is told so, and nothing is sent")
  func refusedProject() async throws {
    try await PushScene.run { scene in
      scene.server.serveHarborWithoutProject(creation: .registryError(403, "FORBIDDEN", "forbidden"))
      try scene.layout.write([(image.manifest, "docker.io/team/app:1")], contents: [image])
      var request = try scene.request("mirror/app:1")
      request.makesProjects = true
      let error = await #expect(throws: RegistryError.self) { try await scene.push(request) }
      #expect(error?.reason == .upload(.projectNotMade(host: scene.server.origin, project: "mirror")))
      #expect(scene.count("POST", "/uploads/") == 0)
    }
  }

  @Test("T312: a registry that takes no pushes says so, whether blobs or only the manifest would be sent")
  func readOnly() async throws {
    for isKnown in [false, true] {
      try await PushScene.run(PushRegistry { $0.readOnlyStatus = 405 }) { scene in
        try scene.layout.write([(image.manifest, "docker.io/team/app:1")], contents: [image])
        if isKnown { for blob in image.blobs { scene.registry.keep(blob) } }
        let error = await #expect(throws: RegistryError.self) { try await scene.push(try scene.request()) }
        #expect(error?.reason == .upload(.pushNotOffered(host: scene.server.origin)))
        #expect(error?.failureClass == .refused)
      }
    }
  }

  @Test("T319: a layer that stands elsewhere by its own addresses is neither asked for nor sent")
  func foreignLayer() async throws {
    let foreign = ImageFixture.Blob(
      mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", bytes: Array("elsewhere".utf8))
    let entry = foreign.descriptor.dropLast() + #","urls":["https://layers.example/base"]}"#
    let text = String(decoding: image.manifest.bytes, as: UTF8.self)
      .replacing(#""layers":["#, with: #""layers":[\#(entry),"#)
    let manifest = ImageFixture.Blob(mediaType: ImageFixture.manifestType, bytes: Array(text.utf8))
    try await PushScene.run { scene in
      try scene.layout.write([(manifest, "docker.io/team/app:1")], contents: [image])
      let result = try await scene.push(scene.request()).result
      #expect(result.blobsSent == 2)
      #expect(scene.registry.manifest("1") == manifest.bytes)
      #expect(!scene.server.requests.contains { $0.target.contains(foreign.digest) })
    }
  }

  @Test("T320: a dry run counts what another repository of the registry has as mounted, and sends nothing")
  func plannedMounts() async throws {
    try await TwoRegistries.run { scene in
      scene.target.keep(image, as: "1", in: "team/app")
      var request = PushRequest(
        [.image(try scene.target.reference("team/app:1"))], to: .image(try scene.target.reference("copy/app:1")))
      request.bringsReferrers = false
      let plan = try await ImagePush(request, TwoRegistries.access).plan { _ in }
      #expect(plan.bytesToSend == 0 && plan.blobsMounted == image.blobs.count)
      #expect(scene.target.server.requests.allSatisfy { ["GET", "HEAD"].contains($0.method) })
    }
  }

  @Test("T321: what a list says of one registry counts for that one alone")
  func listedRegistries() throws {
    var access = RegistryAccess(credentials: NoCredentials())
    let place = Provenance.option("list")
    let registries = try ["plain.example", "own.example:8443", "other.example"].map { try RegistryName(parsing: $0) }
    access.listed[registries[0]] = ListedRegistry(security: .plainHTTP, certificateFolder: nil, provenance: place)
    access.listed[registries[1]] = ListedRegistry(security: .unverified, certificateFolder: nil, provenance: place)
    let places = registries.map {
      access.following(PullEndpoint(registry: $0, repository: "", role: .origin, provenance: .reference))
    }
    #expect(places.map(\.scheme) == [.http, .either, .found])
    #expect(places.map(\.certificates.isUnverified) == [false, true, false])
    #expect(places.map { $0.insecurity == place } == [true, true, false])
    let mirror = access.following(
      PullEndpoint(registry: registries[0], repository: "", role: .mirror, provenance: .reference))
    #expect(mirror.scheme == .found)
  }
}
