import SystemPackage
import Testing

extension RealPartsTests {
  @Suite("Stored logins, shared with podman, skopeo and docker", .serialized)
  struct StoredLoginTests {
    private static let user = "robot$llsydn+ci"
    private static let password = "canary:w$d %é-7f3a"

    /// A registry with one private image, and a machine whose file of logins is `auth.json`.
    private func scene(
      _ options: [String], _ body: (Dray, RealRegistry, _ image: String) async throws -> Void
    ) async throws {
      let user = "\(Self.user):\(Self.password)"
      try await Dray.scene { dray in
        var dray = dray
        dray.environment["REGISTRY_AUTH_FILE"] = dray.folder.appending("auth.json").string
        try await RealRegistry.run(in: dray, options + ["--user", user]) { registry in
          _ = try await registry.push(.busybox, as: "llsydn/busybox:1.0", credentials: user)
          try await body(dray, registry, "\(registry.address)/llsydn/busybox:1.0")
        }
      }
    }

    private func logIn(_ dray: Dray, _ name: String, _ options: [String] = []) async throws {
      let ended = try await dray.run(
        ["login", name, "--plain-http", "--username", Self.user, "--password-stdin"] + options,
        input: "\(Self.password)\n")
      #expect(ended.code == 0, "\(ended.errors)")
    }

    @Test(
      "What dray login stored, skopeo and podman pull with", .timeLimit(.minutes(10)), arguments: ["basic", "token"])
    func drayToOthers(_ kind: String) async throws {
      try await scene(["--auth", kind]) { dray, registry, image in
        let refused = try await dray.run(
          ["login", registry.address, "--plain-http", "--username", Self.user, "--password-stdin"],
          input: "wrong-canary\n")
        #expect(refused.code == 12, "\(refused.errors)")
        #expect(!dray.files.contains("auth.json"))

        try await logIn(dray, registry.address)
        let file = dray.folder.appending("auth.json").string
        let name = try await RealPart.run("skopeo", ["login", "--get-login", "--authfile", file, registry.address])
        #expect(name == Self.user)
        _ = try await RealPart.run(
          "skopeo", ["inspect", "--tls-verify=false", "--authfile", file, "docker://\(image)"])
        let podman = try await RealPart.run("podman", ["login", "--get-login", "--authfile", file, registry.address])
        #expect(podman == Self.user)
        let storage = dray.folder.appending("podman").string
        _ = try await RealPart.run(
          "podman",
          [
            "--root", storage, "--runroot", "\(storage)/run", "--storage-driver", "vfs", "pull", "--quiet",
            "--tls-verify=false", "--authfile", file, image,
          ])
        // An image has folders that nobody may write to.
        try await RealPart.run("chmod", ["-R", "u+rwX", storage])
        try await RealPart.run("rm", ["-rf", storage])

        let pulled = try await dray.run(["pull", "--quiet", "--plain-http", image])
        #expect(pulled.code == 0, "\(pulled.errors)")
        #expect(try await dray.run(["logout", registry.address]).code == 0)
        let after = try await dray.run(["pull", "--quiet", "--plain-http", image, "-o", "again.tar"])
        #expect(after.code == 12, "\(after.errors)")
      }
    }

    @Test("A login for a path is for skopeo, too, what lies below it", .timeLimit(.minutes(10)))
    func path() async throws {
      try await scene(["--auth", "basic"]) { dray, registry, image in
        try await logIn(dray, "\(registry.address)/llsydn")
        let file = dray.folder.appending("auth.json").string
        _ = try await RealPart.run(
          "skopeo", ["inspect", "--tls-verify=false", "--authfile", file, "docker://\(image)"])
        let pulled = try await dray.run(["pull", "--quiet", "--plain-http", image])
        #expect(pulled.code == 0, "\(pulled.errors)")
        // Another path of the same registry has no login.
        let other = try await dray.run(["pull", "--plain-http", "\(registry.address)/other/busybox:1.0"])
        #expect(other.code == 12, "\(other.errors)")
      }
    }

    @Test(
      "What podman login and skopeo login stored, dray pulls with", .timeLimit(.minutes(10)),
      arguments: ["podman", "skopeo"])
    func othersToDray(_ program: String) async throws {
      try await scene(["--auth", "token"]) { dray, registry, image in
        let file = dray.folder.appending("auth.json").string
        _ = try await RealPart.run(
          program,
          [
            "login", "--tls-verify=false", "--authfile", file, "--username", Self.user, "--password", Self.password,
            registry.address,
          ])
        let pulled = try await dray.run(["pull", "--quiet", "--plain-http", image])
        #expect(pulled.code == 0, "\(pulled.errors)")
      }
    }

    @Test("What dray login wrote into Docker's file, docker logs out of, and keeps the rest", .timeLimit(.minutes(10)))
    func docker() async throws {
      try await scene(["--auth", "basic"]) { dray, registry, image in
        let folder = dray.folder.appending("docker")
        try await RealPart.run("mkdir", [folder.string])
        let file = folder.appending("config.json")
        try await RealPart.run(
          "sh",
          ["-c", #"printf '{"detachKeys":"ctrl-e,e","auths":{"other.example":{"auth":"dTpw"}}}' > "$0""#, file.string])
        var user = dray
        user.environment["DOCKER_CONFIG"] = folder.string
        user.environment["REGISTRY_AUTH_FILE"] = nil
        try await logIn(user, registry.address)
        let pulled = try await user.run(["pull", "--quiet", "--plain-http", image])
        #expect(pulled.code == 0, "\(pulled.errors)")

        // Docker's own program reads the file, takes the entry out and writes the rest.
        let said = try await RealPart.run("docker", ["--config", folder.string, "logout", registry.address])
        #expect(said.contains("Removing login credentials for \(registry.address)"), "\(said)")
        let text = try await RealPart.run("cat", [file.string])
        #expect(!text.contains(registry.address))
        #expect(text.contains(#""detachKeys": "ctrl-e,e""#))
        #expect(text.contains(#""other.example""#))
        let after = try await user.run(["pull", "--quiet", "--plain-http", image, "-o", "again.tar"])
        #expect(after.code == 12, "\(after.errors)")
        try await RealPart.run("rm", ["-rf", folder.string])
      }
    }

    @Test(
      "A login under an old key counts, though docker left an empty entry under the plain one", .timeLimit(.minutes(10))
    )
    func emptyEntry() async throws {
      try await scene(["--auth", "basic"]) { dray, registry, image in
        let folder = dray.folder.appending("docker").string
        // Docker notes a login that its helper keeps as `{}`; this helper loses it. What podman wrote stands where a docker
        // of old had it.
        let script = #"""
          set -e
          mkdir "$0"; cd "$0"
          printf '%s' "$3" | podman login --tls-verify=false --authfile podman.json --username "$2" --password-stdin "$1"
          printf '#!/bin/sh\ncat > /dev/null\n[ "$1" = store ] && exit\necho credentials not found in native keychain\nexit 1\n' > docker-credential-none
          chmod +x docker-credential-none
          printf '{"credsStore":"none"}' > config.json
          printf '%s' "$3" | PATH="$PWD:$PATH" docker --config . login --username "$2" --password-stdin "$1"
          grep -q "\"$1\": {}" config.json
          auth=$(sed -n 's/.*"auth": "\(.*\)".*/\1/p' podman.json)
          sed -i "s|\"$1\": {}|\"$1\": {}, \"https://$1/v1/\": {\"auth\": \"$auth\"}|" config.json
          """#
        try await RealPart.run("sh", ["-c", script, folder, registry.address, Self.user, Self.password])
        var user = dray
        user.environment["DOCKER_CONFIG"] = folder
        user.environment["REGISTRY_AUTH_FILE"] = nil
        user.environment["PATH"] = "\(folder):/usr/bin:/bin"
        let pulled = try await user.run(["pull", "--quiet", "--plain-http", image])
        #expect(pulled.code == 0, "\(pulled.errors)")
        try await RealPart.run("rm", ["-rf", folder])
      }
    }
  }
}
