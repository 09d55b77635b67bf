import ImageArchive
import ImageModel
import RegistryServer
import ScriptedServer
import TemporaryFolders
import Testing

@Suite struct DiskRegistryTests {
  private static let image = ImageFixture(layers: [300_000, 70_000])
  private static let other = ImageFixture(layers: [1_000], seed: 2)

  @Test("T255: an image is pulled by tag and by digest, byte for byte, and by ranges")
  func pull() async throws {
    try await ServerScene.run(["nginx.tar": Self.image.archive("nginx:1.21.4")]) { (scene, _) async throws in
      let image = Self.image
      for name in ["nginx", "library/nginx", "docker.io/library/nginx", "docker.io/nginx"] {
        for reference in ["1.21.4", image.manifest.digest] {
          let answer = try await scene.get("/v2/\(name)/manifests/\(reference)")
          #expect(answer.body == image.manifest.bytes, "\(name)")
          #expect(answer.field("Content-Type") == ImageFixture.manifestType)
          #expect(answer.field("Docker-Content-Digest") == image.manifest.digest)
        }
      }
      let head = try await scene.ask("HEAD", "/v2/nginx/manifests/1.21.4")
      #expect(head.field("Content-Length") == "\(image.manifest.bytes.count)")
      #expect(head.body.isEmpty)
      for blob in image.blobs {
        let target = "/v2/nginx/blobs/\(blob.digest)"
        let answer = try await scene.get(target)
        #expect(answer.body == blob.bytes)
        #expect(answer.field("Accept-Ranges") == "bytes")
        #expect(try await scene.ask("HEAD", target).field("Content-Length") == "\(blob.bytes.count)")
      }
      let layer = image.layers[0]
      let part = try await scene.get("/v2/nginx/blobs/\(layer.digest)", ["Range: bytes=131071-200000"])
      #expect(part.status == 206)
      #expect(part.field("Content-Range") == "bytes 131071-200000/300000")
      #expect(part.body == Array(layer.bytes[131_071...200_000]))
      let behind = try await scene.get("/v2/nginx/blobs/\(layer.digest)", ["Range: bytes=300000-"])
      #expect(behind.status == 416)
      #expect(behind.field("Content-Range") == "bytes */300000")
      #expect(behind.body.isEmpty)
      let stale = try await scene.get(
        "/v2/nginx/blobs/\(layer.digest)", ["Range: bytes=5-", "If-Range: \"other\""])
      #expect(stale.status == 200)
      let known = try await scene.get("/v2/nginx/blobs/\(layer.digest)", ["If-None-Match: \"\(layer.digest)\""])
      #expect(known.status == 304)
    }
  }

  @Test("T493: HEAD of a blob is answered with its whole length, whatever Range says")
  func rangeOfHead() async throws {
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, _) async throws in
      for range in ["5-9", "300000-", "1-2,5-6"] {
        let answer = try await scene.ask(
          "HEAD", "/v2/a/blobs/\(Self.image.layers[0].digest)", ["Range: bytes=\(range)"])
        #expect(answer.status == 200 && answer.field("Content-Range") == nil, "\(range)")
        #expect(answer.field("Content-Length") == "300000")
      }
    }
  }

  @Test("T445: preconditions are compared as HTTP says, and what answers a range in vain is not kept for a year")
  func preconditions() async throws {
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, _) async throws in
      let layer = Self.image.layers[0].digest
      for (target, digest) in [
        ("/v2/a/blobs/\(layer)", layer), ("/v2/a/manifests/1", Self.image.manifest.digest),
      ] {
        for known in ["W/\"\(digest)\"", "\"x\" ,\tW/\"\(digest)\"", "\"\(digest)\"", "*"] {
          #expect(try await scene.get(target, ["If-None-Match: \(known)"]).status == 304, "\(known)")
        }
        #expect(try await scene.get(target, ["If-None-Match: \"other\""]).status == 200)
        // Only a strong tag stands for these bytes.
        for other in ["\"other\"", "W/\"\(digest)\""] {
          let refused = try await scene.get(target, ["If-Match: \(other)", "Range: bytes=1-2"])
          #expect(refused.status == 412 && refused.field("Cache-Control") == nil, "\(other)")
          #expect(refused.text.contains("errors"))
        }
        for same in ["\"other\", \"\(digest)\"", "*"] {
          #expect(try await scene.get(target, ["If-Match: \(same)"]).status == 200, "\(same)")
        }
      }
      let behind = try await scene.get("/v2/a/blobs/\(layer)", ["Range: bytes=300000-"])
      #expect(behind.status == 416 && behind.field("Cache-Control") == nil)
      #expect(try await scene.get("/v2/a/blobs/\(layer)").field("Cache-Control") == "max-age=31536000, immutable")
    }
  }

  @Test("T446: every answer below /v2 names the version of the API, errors and pushes as well")
  func version() async throws {
    let push = try PushScene()
    let settings = ServerSettings()
    try await ServerScene.run(settings: settings, handlers: [push.handler]) { (scene, _) async throws in
      let answers = [
        try await scene.get("/v2/none/manifests/1"), try await scene.get("/v2/none/blobs/x"),
        try await scene.ask("POST", "/v2/a/blobs/uploads/", ["Content-Length: 0"]),
        try await scene.ask("PUT", "/v2/a/manifests/1", ["Content-Length: 0"]),
        try await scene.get("/v2/", ["Host: other"]), try await scene.get("/v2/nothing"),
      ]
      #expect(answers.map(\.status) == [404, 404, 202, 400, 400, 404])
      for answer in answers { #expect(answer.field("Docker-Distribution-API-Version") == "registry/2.0") }
      #expect(try await scene.get("/v2x").field("Docker-Distribution-API-Version") == nil)
    }
  }

  @Test("T256: several ranges are answered one to one, each with its place, in their order")
  func severalRanges() async throws {
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, _) async throws in
      let layer = Self.image.layers[0]
      let answer = try await scene.get("/v2/a/blobs/\(layer.digest)", ["Range: bytes=10-19,0-4,299990-"])
      #expect(answer.status == 206)
      #expect(!answer.isCut)
      let boundary = try #require(answer.field("Content-Type")?.split(separator: "boundary=").last)
      let marks = ["bytes 10-19/300000", "bytes 0-4/300000", "bytes 299990-299999/300000"]
      let ranges = [10..<20, 0..<5, 299_990..<300_000]
      var expected: [UInt8] = []
      for (mark, range) in zip(marks, ranges) {
        let start = expected.isEmpty ? "" : "\r\n"
        expected += Array(
          "\(start)--\(boundary)\r\nContent-Type: application/octet-stream\r\nContent-Range: \(mark)\r\n\r\n".utf8)
        expected += layer.bytes[range]
      }
      #expect(answer.body == expected + Array("\r\n--\(boundary)--\r\n".utf8))
      let many = "Range: bytes=" + (0..<65).map { "\($0 * 2)-\($0 * 2)" }.joined(separator: ",")
      #expect(try await scene.get("/v2/a/blobs/\(layer.digest)", [many]).status == 400)
    }
  }

  @Test("T257: the registry of a name is decided by ns, then by the path, then Docker Hub; two candidates are told")
  func names() async throws {
    let files = [
      "a.tar": Self.image.archive("quay.io/team/app:1"), "b.tar": Self.other.archive("ghcr.io/team/app:1"),
      "c.tar": Self.other.archive("quay.io/sole/app:1"),
    ]
    try await ServerScene.run(files) { (scene, _) async throws in
      #expect(try await scene.get("/v2/team/app/manifests/1?ns=quay.io").body == Self.image.manifest.bytes)
      #expect(try await scene.get("/v2/team/app/manifests/1?ns=ghcr.io").body == Self.other.manifest.bytes)
      #expect(try await scene.get("/v2/team/app/manifests/1?ns=docker.io").status == 404)
      #expect(try await scene.get("/v2/ghcr.io/team/app/manifests/1").body == Self.other.manifest.bytes)
      #expect(try await scene.get("/v2/sole/app/manifests/1").body == Self.other.manifest.bytes)
      let ambiguous = try await scene.get("/v2/team/app/manifests/1")
      #expect(ambiguous.status == 404)
      #expect(ambiguous.text.contains("ghcr.io/team/app:1") && ambiguous.text.contains("quay.io/team/app:1"))
      // A digest is of one of them alone.
      let byDigest = try await scene.get("/v2/team/app/manifests/\(Self.image.manifest.digest)")
      #expect(byDigest.body == Self.image.manifest.bytes)
      #expect(try await scene.get("/v2/sole/app/blobs/\(Self.image.layers[0].digest)").status == 404)
    }
  }

  @Test("T258: lists are sorted and paged, and referrers of any digest are a list")
  func lists() async throws {
    var files: [String: [UInt8]] = [:]
    for tag in ["b", "a", "B", "10", "9"] { files["\(tag)-.tar"] = Self.other.archive("app:\(tag)") }
    try await ServerScene.run(files) { (scene, _) async throws in
      #expect(try await scene.get("/v2/app/tags/list").text == #"{"name":"app","tags":["10","9","B","a","b"]}"#)
      let page = try await scene.get("/v2/app/tags/list?n=2")
      #expect(page.text == #"{"name":"app","tags":["10","9"]}"#)
      #expect(page.field("Link") == "</v2/app/tags/list?n=2&last=9>; rel=\"next\"")
      #expect(try await scene.get("/v2/app/tags/list?n=2&last=Z").text == #"{"name":"app","tags":["a","b"]}"#)
      #expect(try await scene.get("/v2/app/tags/list?n=0").text == #"{"name":"app","tags":[]}"#)
      #expect(try await scene.get("/v2/app/tags/list?n=1000000000000000000000").status == 200)
      #expect(try await scene.get("/v2/app/tags/list?n=-1").status == 400)
      #expect(try await scene.get("/v2/_catalog").text == #"{"repositories":["library/app"]}"#)
      for name in ["app", "nothing"] {
        let answer = try await scene.get("/v2/\(name)/referrers/\(Digest.hash([1]))?artifactType=x/y")
        #expect(answer.status == 200)
        #expect(answer.field("Content-Type") == ImageFixture.indexType)
        #expect(answer.field("OCI-Filters-Applied") == "artifactType")
        #expect(answer.text.contains(#""manifests":[]"#))
      }
      #expect(try await scene.get("/v2/app/referrers/sha256:x").status == 400)
    }
  }

  @Test("T503: what refers to a manifest by the tag for that alone is listed, each once, and as its type says")
  func taggedReferrers() async throws {
    let subject = Self.image.manifest
    let kinds = ["a/signature", "b/sbom"]
    let signatures = kinds.map { kind in
      let isKnown = kind == kinds[0]
      let about =
        #","subject":{"mediaType":"\#(subject.mediaType)","digest":"\#(subject.digest)","size":\#(subject.size)}"#
      return ImageFixture.Blob(
        mediaType: ImageFixture.manifestType,
        bytes: Array(
          (#"{"schemaVersion":2,"mediaType":"\#(ImageFixture.manifestType)","artifactType":"\#(kind)","config":"#
            + #"{"mediaType":"application/vnd.oci.empty.v1+json","digest":"\#(Digest.hash(Array("{}".utf8)))","size":2},"#
            + #""layers":[]\#(isKnown ? about : "")}"#).utf8))
    }
    let missing = Digest.hash([5])
    let entries =
      zip(signatures, kinds).map { signature, kind in
        #"{"mediaType":"\#(signature.mediaType)","digest":"\#(signature.digest)","size":\#(signature.size),"#
          + #""artifactType":"\#(kind)","annotations":{"of":"\#(kind)"}}"#
      } + [#"{"mediaType":"\#(ImageFixture.manifestType)","digest":"\#(missing)","size":5}"#]
    let list = ImageFixture.Blob(
      mediaType: ImageFixture.indexType,
      bytes: Array(
        #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(entries.joined(separator: ","))]}"#
          .utf8))
    var layout = LayoutFiles()
    layout.add(Self.image, as: "app:1")
    layout.add(ImageFixture.Blob(mediaType: "", bytes: Array("{}".utf8)))
    for blob in signatures + [list] { layout.add(blob) }
    layout.enter(list, as: "app:\(subject.digest.replacing(":", with: "-"))")
    try await ServerScene.run(layout.inside("images")) { (scene, _) async throws in
      let all = try await scene.get("/v2/app/referrers/\(subject.digest)").text
      for signature in signatures { #expect(all.split(separator: signature.digest).count == 2, "\(all)") }
      #expect(all.contains(#""annotations":{"of":"b/sbom"},"artifactType":"b/sbom""#))
      #expect(!all.contains("\(missing)"))
      let some = try await scene.get("/v2/app/referrers/\(subject.digest)?artifactType=b/sbom").text
      #expect(some.contains(signatures[1].digest) && !some.contains(signatures[0].digest))
      #expect(try await !scene.get("/v2/app/referrers/\(missing)").text.contains("sbom"))
    }
    let folder = try TemporaryFolder()
    _ = try LayoutStore(folder.path.appending("layout")).blobFolder()
    for (name, bytes) in layout.files { try folder.write(bytes, to: "layout/\(name)") }
    let pushed = try PushedImages(LayoutStore(folder.path.appending("layout")))
    let images = ServedImages(ServedContents(), changing: pushed)
    let found = images.referrers(of: try Digest(parsing: subject.digest), in: "docker.io/library/app")
    #expect(found.map { "\($0.digest)" } == signatures.map(\.digest))
    #expect(found.map(\.artifactType?.rawValue) == kinds)
  }

  @Test("T340: a registry's port, for which a name has no room, is left out in lists and in requests")
  func ports() async throws {
    let files = [
      "a.tar": Self.image.archive("harbor.local:8443/team/app:1"), "b.tar": Self.image.archive("quay.io/team/app:1"),
      "c.tar": Self.image.archive("harbor.local:8443/two:1"), "d.tar": Self.image.archive("harbor.local:9443/two:1"),
    ]
    try await ServerScene.run(files) { (scene, _) async throws in
      let catalog = try await scene.get("/v2/_catalog").text
      #expect(catalog == #"{"repositories":["harbor.local/team/app","harbor.local/two","quay.io/team/app"]}"#)
      #expect(try await scene.get("/v2/harbor.local/team/app/manifests/1").body == Self.image.manifest.bytes)
      #expect(try await scene.get("/v2/harbor.local/team/app/tags/list").text.contains(#""1""#))
      let ambiguous = try await scene.get("/v2/harbor.local/two/manifests/1")
      #expect(ambiguous.status == 404)
      #expect(ambiguous.text.contains("harbor.local:8443/two:1 or harbor.local:9443/two:1"))
    }
  }
}
