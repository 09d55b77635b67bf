import CLibrary
import ScriptedServer
import Synchronization
import Testing

@Suite("Little memory")
struct LittleMemoryTests {
  @Test(
    "T085: 64 MiB for the program and its page cache are enough for 200 MB over eight connections",
    .enabled(if: MemoryGroups.usable != nil, "needs a group for memory, of cgroup v1 or v2, that it may make groups in")
  )
  func smallGroup() async throws {
    let groups = try #require(MemoryGroups.usable)
    let layers = (0..<4).map { index in
      ImageFixture.Blob(
        mediaType: ImageFixture.layerType, body: .random(count: 50_000_000, seed: UInt64(850 + index)))
    }
    let config = ImageFixture.Blob(
      mediaType: ImageFixture.configType, bytes: Array(#"{"architecture":"amd64","os":"linux"}"#.utf8))
    let image = ImageFixture(config: config, layers: layers)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          group=\(groups.folder)/dray-$$
          mkdir $group && echo 64M > $group/\(groups.limit) || exit 1
          [ ! -e $group/memory.swap.max ] || echo 0 > $group/memory.swap.max
          (echo $BASHPID > $group/cgroup.procs; exec $DRAY pull -q --plain-http --connections 8 $IMAGE); echo $?
          grep -s '^oom_kill ' $group/\(groups.events)
          rmdir $group
          """, ["IMAGE": "\(server.authority)/team/app:1"])
        #expect(lines.prefix(2) == ["app_1.tar", "0"])
        #expect(lines.dropFirst(2).allSatisfy { $0 == "oom_kill 0" })
        #expect(try dray.size("app_1.tar") > 200_000_000)
      }
    }
  }

  @Test("T085: a program that takes nothing holds the server back")
  func backPressure() async throws {
    let layer = ImageFixture.Blob(mediaType: ImageFixture.layerType, body: .random(count: 300_000_000, seed: 859))
    let config = ImageFixture.Blob(
      mediaType: ImageFixture.configType, bytes: Array(#"{"architecture":"amd64","os":"linux"}"#.utf8))
    let image = ImageFixture(config: config, layers: [layer])
    let meter = ByteMeter()
    let taken = Mutex<Int64>(0)
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.serve(config)
      server.on("/v2/team/app/blobs/\(layer.digest)") { .blob(layer.body, for: $0).metered(meter) }
      server.on("/full") { _ in
        // Until nothing more is taken.
        var last: Int64 = -1
        while meter.count != last {
          last = meter.count
          try await Task.sleep(for: .milliseconds(500))
        }
        let count = last
        taken.withLock { $0 = count }
        return Reply()
      }
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          mkfifo pipe
          $DRAY pull -q --plain-http -o - $IMAGE > pipe 2> errors & pid=$!
          exec 8< pipe; head -c 1000000 <&8 > /dev/null
          ask $PORT /full
          echo taken; cat <&8 | wc -c; wait $pid; echo $?; cat errors
          """, ["IMAGE": "\(server.authority)/team/app:1", "PORT": "\(server.port)"])
        #expect(lines.first == "taken")
        #expect(lines.last == "0")
        // 64 MiB in the program, and what the sockets of eight connections hold.
        let count = taken.withLock { $0 }
        #expect((1_000_000...(64 + 8 * 8) << 20).contains(count), "\(count)")
      }
    }
  }

  @Test("T085: a slow disk holds the server back")
  func slowDisk() async throws {
    let layer = ImageFixture.Blob(mediaType: ImageFixture.layerType, body: .random(count: 400_000_000, seed: 860))
    let config = ImageFixture.Blob(
      mediaType: ImageFixture.configType, bytes: Array(#"{"architecture":"amd64","os":"linux"}"#.utf8))
    let image = ImageFixture(config: config, layers: [layer])
    let meter = ByteMeter()
    let counts = Mutex<[(sent: Int64, written: Int64)]>([])
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.serve(config)
      server.on("/v2/team/app/blobs/\(layer.digest)") { .blob(layer.body, for: $0).metered(meter) }
      server.on("/written/*") { request in
        let written = request.path.split(separator: "/").last.flatMap { Int64($0) }
        let sent = meter.count
        counts.withLock { $0.append((sent, written ?? 0)) }
        return Reply()
      }
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          strace -f -qq -o writes -e trace=pwrite64 -e inject=pwrite64:delay_enter=200000 \
            $DRAY pull -q --plain-http --connections 8 $IMAGE & pid=$!
          written() { awk -F ' = ' '{ sum += $2 } END { print sum + 0 }' writes; }
          for megabytes in {2..16..2}; do
            until [ $(written) -ge ${megabytes}000000 ] || ! alive $pid; do sleep 0.05; done
            ask $PORT /written/$(written)
          done
          kill -INT $(pgrep -P $pid); wait $pid; echo $?
          """, ["IMAGE": "\(server.authority)/team/app:1", "PORT": "\(server.port)"])
        #expect(lines == ["130"])
        let counts = counts.withLock { $0 }
        #expect(counts.count == 8)
        for (sent, written) in counts {
          #expect((2_000_000..<200_000_000).contains(written))
          // What the sockets of eight connections hold, and the buffers that are being written.
          #expect(sent - written < (8 * 8) << 20, "\(sent) sent, \(written) written")
        }
      }
    }
  }
}
