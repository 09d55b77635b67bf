import FoundationEssentials
import SystemPackage
import Testing

extension RealPartsTests {
  @Suite("dray push", .serialized)
  struct PushTests {
    private static let user = "robot$llsydn+ci"
    private static let password = "canary:w$d %é"
    private static let login = ["--username", user, "--password-stdin"]

    /// Requests that the registry saw since a line of its log, by method and kind: `PUT manifests`.
    private func requests(of registry: RealRegistry, since line: Int = 0) async throws -> (lines: Int, seen: [String]) {
      let log = try await RealPart.run("cat", [registry.folder.appending("registry.log").string])
      let lines = log.split(separator: "\n")
      let seen = lines.dropFirst(line).compactMap { line -> String? in
        guard let start = line.firstRange(of: #"] ""#)?.upperBound else { return nil }
        let words = line[start...].split(separator: " ")
        guard words.count > 2, words[1].hasPrefix("/v2/") else { return nil }
        let kind = ["/manifests/", "/blobs/uploads/", "/blobs/"].first { words[1].contains($0) } ?? ""
        return "\(words[0]) \(kind.split(separator: "/").last ?? "v2")"
      }
      return (lines.count, seen)
    }

    private func pulled(
      _ image: RealRegistry.Image, from registry: RealRegistry, to file: String, _ dray: Dray
    ) async throws -> String {
      let digest = try await registry.push(image, as: "source/\(image.rawValue):1")
      let pulled = try await dray.run(
        ["pull", "--quiet", "--all-platforms", "\(registry.address)/source/\(image.rawValue):1", "-o", file])
      #expect(pulled.code == 0, "\(pulled.errors)")
      return digest
    }

    private func digest(_ image: String) async throws -> String {
      try await RealPart.run(
        "skopeo", ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://\(image)"])
    }

    @Test(
      "T169: what was pulled is pushed under its digest; what is there is not sent again", .timeLimit(.minutes(10)),
      arguments: [RealRegistry.Image.debian, .platforms])
    func digestStays(_ image: RealRegistry.Image) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let digest = try await pulled(image, from: registry, to: "image.tar", dray)
          // By another name of the registry: by its own, dray would mount what it pulled from there.
          let target = "localhost:\(registry.port)/copy/app:2"
          let pushed = try await dray.run(["push", "image.tar", target, "--plain-http"])
          #expect(pushed.code == 0, "\(pushed.errors)")
          #expect(pushed.output == "\(target)@\(digest)\n")
          #expect(try await self.digest(target) == digest)

          let before = try await requests(of: registry).lines
          let again = try await dray.run(["push", "image.tar", target, "--plain-http"])
          #expect(again.code == 0, "\(again.errors)")
          #expect(again.errors.contains("is already present"), "\(again.errors)")
          #expect(!again.errors.contains("0 blobs"), "\(again.errors)")
          let seen = try await requests(of: registry, since: before).seen
          #expect(!seen.contains { $0.hasPrefix("PUT") || $0.hasPrefix("POST") || $0.hasPrefix("PATCH") }, "\(seen)")

          // Another tag of the same repository: the blobs are there.
          let other = try await dray.run(["push", "image.tar", "localhost:\(registry.port)/copy/app:3", "--plain-http"])
          #expect(other.code == 0, "\(other.errors)")
          let tagged = try await requests(of: registry, since: before).seen
          #expect(!tagged.contains { $0.hasPrefix("POST") }, "\(tagged)")
          #expect(try await self.digest("\(registry.address)/copy/app:3") == digest)

          // By its own name: what it was pulled from is there.
          let mounted = try await requests(of: registry).lines
          let own = try await dray.run(["push", "image.tar", "\(registry.address)/mounted/app:1", "--plain-http"])
          #expect(own.code == 0, "\(own.errors)")
          let taken = try await requests(of: registry, since: mounted).seen
          #expect(!taken.contains("PUT uploads"), "\(taken)")
          #expect(taken.contains("POST uploads"), "\(taken)")
        }
      }
    }

    @Test(
      "T169: Docker and podman pull and run what was pushed", .timeLimit(.minutes(10)),
      arguments: [ContainerEngine.Kind.docker, .podman])
    func runs(_ kind: ContainerEngine.Kind) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          _ = try await pulled(.next, from: registry, to: "next.tar", dray)
          let target = "\(registry.address)/copy/next:1"
          let pushed = try await dray.run(["push", "next.tar", target])
          #expect(pushed.code == 0 && !pushed.errors.contains("is not encrypted"), "\(pushed.errors)")
          // On this machine plain HTTP is a detail.
          let told = try await dray.run(["push", "next.tar", target, "--verbose"])
          #expect(told.code == 0 && told.errors.contains("is not encrypted"), "\(told.errors)")
          try await ContainerEngine.run(kind, in: dray) { engine in
            try await engine.pull(target)
            #expect(try await engine.run(target) == RealRegistry.Image.next.greeting)
          }
        }
      }
    }

    @Test(
      "T169: a login that may push pushes, and a wrong one is refused", .timeLimit(.minutes(10)),
      arguments: ["basic", "token"])
    func logins(_ kind: String) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          _ = try await pulled(.busybox, from: registry, to: "box.tar", dray)
        }
        try await RealRegistry.run(
          in: dray, named: "closed", ["--auth", kind, "--user", "\(Self.user):\(Self.password)"]
        ) { registry in
          let target = "\(registry.address)/llsydn/busybox:1"
          let command = ["push", "box.tar", target, "--plain-http"] + Self.login
          let refused = try await dray.run(command, input: "wrong\n")
          #expect(refused.code == 12, "\(refused.errors)")
          let pushed = try await dray.run(command, input: "\(Self.password)\n")
          #expect(pushed.code == 0, "\(pushed.errors)")
          let preview = try await dray.run(command + ["--dry-run"], input: "\(Self.password)\n")
          #expect(preview.code == 0, "\(preview.errors)")
          #expect(preview.output.contains("is already present"), "\(preview.output)")
          #expect(!preview.output.contains("0 blobs"), "\(preview.output)")
        }
      }
    }

    @Test("T169: behind an nginx that takes 1 MB a request the layers go in pieces", .timeLimit(.minutes(10)))
    func behindNginx() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let digest = try await pulled(.debian, from: registry, to: "image.tar", dray)
          let lines = try await dray.shell(
            """
            mkdir nginx
            port=$(/usr/bin/python3 -c 'import random; print(random.randrange(20000, 32000))')
            cat > nginx/nginx.conf <<CONF
            user root; daemon off; pid $PWD/nginx/pid; error_log $PWD/nginx/error.log;
            events {}
            http {
              access_log $PWD/nginx/access.log;
              client_body_temp_path $PWD/nginx/body; proxy_temp_path $PWD/nginx/proxy; fastcgi_temp_path $PWD/nginx/f;
              uwsgi_temp_path $PWD/nginx/u; scgi_temp_path $PWD/nginx/s;
              server {
                listen 127.0.0.1:$port; client_max_body_size 1m;
                location / { proxy_pass http://\(registry.address); proxy_set_header Host \\$http_host; }
              }
            }
            CONF
            PATH=$PATH:/usr/sbin nginx -p $PWD/nginx -c $PWD/nginx/nginx.conf > nginx/log 2>&1 & server=$!
            until curl -sf http://127.0.0.1:$port/v2/ > /dev/null; do alive $server || exit 1; sleep 0.05; done
            $DRAY push image.tar 127.0.0.1:$port/copy/debian:1 --plain-http 2> errors; echo "code $?"
            cat errors; grep -c '"PATCH .* 202 ' nginx/access.log; grep -c '"PUT .* 413 ' nginx/access.log
            kill $server; wait $server
            rm -rf nginx errors
            """)
          #expect(lines.contains("code 0"), "\(lines)")
          #expect(try await self.digest("\(registry.address)/copy/debian:1") == digest)
          let pieces = lines.suffix(2).compactMap { Int($0) }
          #expect(pieces.count == 2 && pieces[0] >= 2 && pieces[1] >= 1, "\(lines)")
        }
      }
    }
  }
}
