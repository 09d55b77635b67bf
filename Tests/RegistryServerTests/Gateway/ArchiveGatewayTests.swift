import HTTPTypes
import ImageModel
import PullScenes
import ScriptedServer
import SeededRandom
import Testing

@testable import RegistryServer

private let mebibyte = 1 << 20

/// Archives by URL are those of a pull, whatever part of them is asked for (T265–T268).
@Suite struct ArchiveGatewayTests {
  private let image = ImageFixture(layers: [3 * mebibyte + 77, 40_000, 1_500_000], seed: 815)

  @Test func `T265 An archive has the bytes that a pull writes, and its length stands in the head`() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      let reference = "\(server.authority)/team/app:1"
      try await PullScene.run { scene in
        let pulled = try await scene.pull(reference, change: { $0.platform = try Platform(parsing: "linux/amd64") })
        let expected = try scene.bytes(String(try #require(pulled.result?.path).split(separator: "/").last ?? ""))
        try await GatewayScene.run([server.authority]) { gateway in
          let answer = try await gateway.get("/archive/\(reference).tar?platform=linux/amd64")
          #expect(answer.status == 200 && !answer.isCut)
          #expect(answer.bytes == expected)
          #expect(answer.fields[.acceptRanges] == "bytes")
          #expect(answer.fields[.contentDisposition] == "attachment; filename=\"app_1.tar\"")
          // The canonical address gives the same bytes under the same tag.
          let location = try #require(answer.fields[.contentLocation])
          #expect(location.contains("@\(image.manifest.digest).tar"))
          let canonical = try await gateway.get(location)
          #expect(canonical.bytes == expected && canonical.fields[.eTag] == answer.fields[.eTag])
        }
      }
    }
  }

  @Test func `T265 An index is pulled for every platform, and several images go into one archive`() async throws {
    let signed = SignedImage(version: 1)
    try await ScriptedServer.run { server in
      signed.serve(server, tag: "2")
      server.serve(image)
      let (first, second) = ("\(server.authority)/team/app:1", "\(server.authority)/team/app:2")
      try await PullScene.run { scene in
        let folder = scene.folder
        _ = try await scene.pull(
          second,
          change: { request in
            request.output = .file(folder.appending("all.tar").string)
            request.image.platforms = .all
          })
        _ = try await scene.pull(
          first,
          change: { request in
            request.output = .file(folder.appending("two.tar").string)
            request.images += [.init(reference: try ImageReference(parsing: second))]
          })
        try await GatewayScene.run([server.authority]) { gateway in
          #expect(try await gateway.get("/archive/\(second).tar?platform=all").bytes == scene.bytes("all.tar"))
          #expect(try await gateway.get("/archive/\(first),\(second).tar").bytes == scene.bytes("two.tar"))
          let form = try await gateway.get(
            "/archive.tar?image=docker+pull+\(first)&image=%20\(second)&image=&platform=")
          #expect(form.bytes == (try scene.bytes("two.tar")))
          let location = try #require(form.fields[.contentLocation])
          #expect(try await gateway.get(location).bytes == scene.bytes("two.tar"))
        }
      }
    }
  }

  @Test("T443: a parameter that there is none of is refused by its name, and not ignored")
  func unknownParameter() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      let path = "/archive/\(server.authority)/team/app:1.tar"
      try await GatewayScene.run([server.authority]) { gateway in
        for query in ["platfrom=linux/arm64", "image=\(server.authority)/team/app:2", "platform=linux/amd64&x"] {
          let answer = try await gateway.get("\(path)?\(query)")
          #expect(answer.status == 400 && answer.code == "bad-query" && answer.text.contains("unknownParameter"))
        }
        #expect(try await gateway.head("\(path)?platform=linux/amd64&form=docker&as=b:1&id=d-1").status == 200)
      }
    }
  }

  @Test func `T265 A HEAD says how large the archive is, and asks for no layer`() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await GatewayScene.run([server.authority]) { gateway in
        let head = try await gateway.head("/archive/\(server.authority)/team/app:1.tar")
        #expect(head.status == 200 && head.length > 4 * mebibyte && head.fields[.eTag] != nil)
        for layer in image.layers { #expect(server.requests("/v2/team/app/blobs/\(layer.digest)").isEmpty) }
      }
    }
  }

  @Test func `T266 Any range is that part of the archive, and nothing else is fetched for it`() async throws {
    var random = SeededRandom(seed: 266)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await GatewayScene.run([server.authority]) { gateway in
        let url = "/archive/\(server.authority)/team/app:1.tar"
        let all = try await gateway.get(url)
        let size = all.bytes.count
        for _ in 0..<40 {
          let start = Int.random(in: 0..<size, using: &random)
          let end = Int.random(in: start..<size, using: &random)
          let part = try await gateway.range(url, "\(start)-\(end)")
          #expect(part.status == 206 && part.bytes == Array(all.bytes[start...end]))
          #expect(part.fields[.contentRange] == "bytes \(start)-\(end)/\(size)")
        }
        let before = server.requests.count
        let tail = try await gateway.range(url, "-1000000")
        #expect(tail.bytes == Array(all.bytes.suffix(1_000_000)))
        let asked = server.requests.dropFirst(before)
        #expect(asked.allSatisfy { $0.path.hasSuffix(image.layers[2].digest) })
        #expect(asked.reduce(0) { $0 + $1.bodyBytesSent } < 1_000_000)
        #expect(try await gateway.range(url, "\(size - 1)-").bytes == [0])
        #expect(try await gateway.range(url, "0-\(size * 2)").bytes == all.bytes)
      }
    }
  }

  @Test func `T266 Volumes are parts of the archive, and checksums are those of sha256sum`() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await GatewayScene.run([server.authority]) { gateway in
        let url = "/archive/\(server.authority)/team/app:1.tar"
        let all = try await gateway.get(url).bytes
        var joined: [UInt8] = []
        var lines = ""
        for number in 1...3 {
          let volume = try await gateway.get("\(url).00\(number)?split=2M")
          #expect(volume.status == 200 && volume.fields[.contentDisposition]?.contains("app_1.tar.00\(number)") == true)
          joined += volume.bytes
          lines += "\(ImageFixture.digest(volume.bytes).dropFirst(7))  app_1.tar.00\(number)\n"
          #expect(try await gateway.range("\(url).00\(number)?split=2M", "1000-").bytes == Array(volume.bytes[1000...]))
        }
        #expect(joined == all)
        #expect(try await gateway.get("\(url).004?split=2M").status == 404)
        #expect(try await gateway.get("\(url).001").status == 400)
        #expect(try await gateway.get("\(url).sha256").text == "\(ImageFixture.digest(all).dropFirst(7))  app_1.tar\n")
        let sums = try await gateway.get("\(url).sha256?split=2M")
        #expect(sums.text == lines && !sums.isCut)
        #expect(try await gateway.get("\(url).sha256?split=2M").text == lines)
      }
    }
  }

  @Test func `T267 Only a start behind the end is 416, without a body`() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await GatewayScene.run([server.authority]) { gateway in
        let url = "/archive/\(server.authority)/team/app:1.tar"
        let head = try await gateway.head(url)
        for range in ["\(head.length)-", "\(head.length + 5)-\(head.length + 9)"] {
          let answer = try await gateway.range(url, range)
          #expect(answer.status == 416 && answer.bytes.isEmpty)
          #expect(answer.fields[.contentRange] == "bytes */\(head.length)")
        }
        for range in ["0-1,5-6", "5-3", "x-", "-", "9223372036854775807-", "99999999999999999999-"] {
          #expect(try await gateway.range(url, range).status == 400, "\(range)")
        }
        #expect(try await gateway.get(url, [.range: "lines=1-2"]).status == 200)
      }
    }
  }

  @Test("T496: a range of an archive may end behind every number, and its list may have empty places")
  func readRanges() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await GatewayScene.run([server.authority]) { gateway in
        let url = "/archive/\(server.authority)/team/app:1.tar"
        let all = try await gateway.get(url).bytes
        let huge = "99999999999999999999999"
        for (range, expected) in [
          ("0-\(huge)", all[...]), ("7-\(huge)", all[7...]), ("-\(huge)", all[...]), ("0-5,", all[...5]),
          (" 3-5", all[3...5]), (", 3-5 ,", all[3...5]),
        ] {
          let answer = try await gateway.range(url, range)
          #expect(answer.status == 206 && answer.bytes == Array(expected), "\(range)")
        }
      }
    }
  }

  @Test func `T267 A client that names the tag of what it has gets the rest of that, or all of another`() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await GatewayScene.run([server.authority]) { gateway in
        let url = "/archive/\(server.authority)/team/app:1.tar"
        let all = try await gateway.get(url)
        let tag = try #require(all.fields[.eTag])
        #expect(try await gateway.range(url, "100-", [.ifRange: tag]).bytes == Array(all.bytes[100...]))
        let other = try await gateway.range(url, "100-", [.ifRange: "\"other\""])
        #expect(other.status == 200 && other.bytes == all.bytes)
        #expect(try await gateway.get(url, [.ifNoneMatch: tag]).status == 304)
        #expect(try await gateway.get(url, [.ifMatch: "\"other\""]).status == 412)
        // Another name after loading makes another archive.
        let renamed = try await gateway.head("\(url)?as=team/other:2")
        #expect(renamed.fields[.eTag] != tag)
      }
    }
  }
}
