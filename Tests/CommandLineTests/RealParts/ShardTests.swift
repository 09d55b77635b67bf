import FoundationEssentials
import ScriptedServer
import SystemPackage
import Testing
import WatchedPrograms

extension RealPartsTests {
  @Suite("dray sync on several machines", .serialized)
  struct ShardTests {
    private static let password = "canary:shard é"
    private let image = ImageFixture(layers: [3_000, 500], seed: 315)
    private let names = (1...16).map { "team/app\($0)" }

    private static var top: FilePath {
      (1...4).reduce(FilePath(#filePath)) { path, _ in path.removingLastComponent() }
    }

    /// A registry with an image under sixteen names, and one that lacks them all; the list is `images.txt`.
    private func scene(
      _ target: PushRegistry = PushRegistry(),
      _ body: (_ dray: Dray, _ target: (server: ScriptedServer, registry: PushRegistry)) async throws -> Void
    ) async throws {
      try await Dray.scene { dray in
        try await ScriptedServer.run { source in
          try await ScriptedServer.run { server in
            let registry = PushRegistry()
            registry.serve(on: source)
            target.serve(on: server)
            for name in names {
              for blob in image.blobs { registry.keep(blob, in: name) }
              registry.keep(manifest: image.manifest, as: "1", in: name)
            }
            let list = names.map { "\(source.authority)/\($0):1\n" }.joined()
            try Data(list.utf8).write(to: URL(filePath: dray.folder.appending("images.txt").string))
            try await body(dray, (server, target))
          }
        }
      }
    }

    /// Every name is at the target, complete, and was written by one machine alone.
    private func expectAll(_ target: (server: ScriptedServer, registry: PushRegistry)) {
      for name in names {
        #expect(target.registry.manifest("1", "mirror/\(name)") == image.manifest.bytes, "\(name)")
        let puts = target.server.requests.count { $0.method == "PUT" && $0.path == "/v2/mirror/\(name)/manifests/1" }
        #expect(puts == 1, "\(name): \(puts)")
      }
      #expect(target.registry.incompleteNames.isEmpty)
    }

    @Test("T315: an array of eight tasks of Slurm brings every image of a list once", .timeLimit(.minutes(5)))
    func slurm() async throws {
      try await scene { dray, target in
        let slurm = dray.folder.appending("slurm").string
        try await RealPart.slurm.run(["start", slurm])
        do {
          let states = try await RealPart.run(
            "env",
            [
              "DRAY=\(Dray.path)", "HOME=\(dray.folder)", Self.top.appending("Tests/RealParts/slurm").string, "batch",
              slurm,
              Self.top.appending("deploy/slurm/sync.sbatch").string, dray.folder.appending("images.txt").string,
              "\(target.server.authority)/mirror", "--plain-http",
            ])
          #expect(states.contains("8  JobState=COMPLETED"), "\(states)")
        } catch {
          try await RealPart.slurm.runEvenIfCancelled(["stop", slurm])
          throw error
        }
        try await RealPart.slurm.runEvenIfCancelled(["stop", slurm])
        expectAll(target)
      }
    }

    @Test("T316: Kubernetes takes the manifests in deploy by its own schema", .timeLimit(.minutes(5)))
    func schema() async throws {
      for name in ["serve", "sync-job"] {
        let path = Self.top.appending("deploy/kubernetes/\(name).yaml").string
        try await RealPart.kubernetes.run(["validate", path])
      }
      // A key that is none is found.
      try await Dray.scene { dray in
        let text = try String(
          contentsOfFile: Self.top.appending("deploy/kubernetes/sync-job.yaml").string, encoding: .utf8)
        let wrong = dray.folder.appending("wrong.yaml").string
        try Data(text.replacing("completions: 8", with: "completion: 8").utf8).write(to: URL(filePath: wrong))
        await #expect(throws: RealPart.Failed.self) { try await RealPart.kubernetes.run(["validate", wrong]) }
      }
    }

    @Test("T316: the Job's command, once for each index, brings every image of the list once", .timeLimit(.minutes(5)))
    func job() async throws {
      let script = """
        unshare --mount --propagation private bash -euc '
          mount -t tmpfs none /etc
          mkdir -p /etc/dray /etc/containers
          cp images.txt /etc/dray/
          cp registries.conf /etc/containers/
          mount -t tmpfs none /run
          mkdir -p /run/secrets/dray /run/bin
          cp auth.json /run/secrets/dray/
          chmod -R a+rX /etc /run
          touch /run/bin/dray
          mount --bind "$DRAY" /run/bin/dray
          mapfile -t command < command
          for index in {0..7}; do
            env --ignore-environment PATH=/run/bin:/usr/bin JOB_COMPLETION_INDEX=$index \
              setpriv --reuid 65532 --regid 65532 --clear-groups "${command[@]}" >> records 2>> errors || echo "code $?"
          done'
        grep -c '"outcome":"copied"' records
        """
      try TestNeeds.script(script)
      try await scene(PushRegistry { $0.wantsToken = true }) { dray, target in
        let file = { (name: String) in URL(filePath: dray.folder.appending(name).string) }
        let command = try await RealPart.kubernetes.run(
          ["command", Self.top.appending("deploy/kubernetes/sync-job.yaml").string])
        try Data("\(command)\n".utf8).write(to: file("command"))
        let login = Data("mirror:\(Self.password)".utf8).base64EncodedString()
        // The name that the manifest has leads to the scripted registry, whose own name a login is looked up by.
        try Data(#"{"auths":{"\#(target.server.authority)":{"auth":"\#(login)"}}}"#.utf8).write(to: file("auth.json"))
        let configuration = """
          [[registry]]
          prefix = "harbor.example.com"
          location = "\(target.server.authority)"
          insecure = true

          """
        try Data(configuration.utf8).write(to: file("registries.conf"))
        #expect(try await dray.shell(script) == ["16"])
        expectAll(target)
        let tokens = target.server.requests.filter { $0.path == "/token" }
        #expect(!tokens.isEmpty && tokens.allSatisfy { $0.header("Authorization") == "Basic \(login)" })
      }
    }
  }
}
