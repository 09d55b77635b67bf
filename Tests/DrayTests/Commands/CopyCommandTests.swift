import Testing

@testable import dray

struct CopyCommandTests {
  @Test(
    "T195: copy says what is wrong with its command line before it asks or opens anything",
    arguments: [
      [], ["app:1"], ["app:1", ""], ["", "h.example/app:1"], ["App", "h.example/app:1"],
      ["app:1", "Harbor.example.com/Team/App"], ["a:1", "b:1", "h.example/app:1"], ["app:1", "a b/"],
      ["app:1", "h.example/app:1", "--quiet", "--json"], ["app:1", "h.example/app:1", "--platform", "linux"],
      ["app:1", "h.example/app:1", "--source-password-stdin"],
      [
        "app:1", "h.example/app:1", "--username", "a", "--password-stdin", "--source-username", "b",
        "--source-password-stdin",
      ],
      ["a.example/app:1", "b.example/app:1", "h.example/x/", "--source-username", "b", "--source-password-stdin"],
      ["a.example/app:1", "b.example/app:1", "./x.tar", "--as", "app:1"],
      ["a.example/app:1", "./x.tar", "--format", "x"],
      ["a.example/app:1", "./x.tar", "--create-project"], ["a.example/app:1", "./x/", "--no-fallback-tag"],
      ["a.example/app:1", "-", "--json"],
      ["a.example/app:1", "./x.tar", "--platform", "linux/amd64", "--platform", "a/b"],
    ])
  func usage(_ arguments: [String]) async throws {
    let world = try TestWorld()
    #expect(await Program.run(["copy"] + arguments, in: world.context()) == .failure(.usage))
  }

  @Test(
    "T425: a transport of skopeo is told how it is written here, on either side",
    arguments: ["oci:layout", "oci-archive:app.tar", "docker-archive:app.tar:app:1", "dir:x", "docker-daemon:app:1"])
  func transports(_ place: String) async throws {
    for arguments in [["h.example/app:1", place], [place, "h.example/app:1"]] {
      let world = try TestWorld()
      #expect(await Program.run(["copy"] + arguments, in: world.context()) == .failure(.usage))
      let isOfEngine = place.hasPrefix("docker-daemon")
      #expect(world.errors.text.contains("is a transport of skopeo"), "\(world.errors.text)")
      #expect(world.errors.text.contains(isOfEngine ? "dray load" : "write './"), "\(world.errors.text)")
    }
  }

  @Test(
    "T430: what stands behind a transport is written as it has to be here",
    arguments: [
      ("docker-archive:app.tar:team/app:1", "write './app.tar', and 'team/app:1' behind --image (source) or --as"),
      ("oci-archive:/srv/app.tar", "write '/srv/app.tar'\n"),
      ("oci:layout:1", "write './layout/', and '1' behind --image"),
      ("dir:../x/", "write '../x/'\n"),
      ("oci:app", "write './app/'; for the image of this name write docker.io/library/oci:app\n"),
    ])
  func transportHints(_ place: String, _ hint: String) async throws {
    let world = try TestWorld()
    _ = await Program.run(["copy", "h.example/app:1", place], in: world.context())
    #expect(world.errors.text.contains(hint), "\(world.errors.text)")
  }

  @Test("T430: docker:// may stand before an image, on either side")
  func scheme() async throws {
    for arguments in [["docker://App", "h.example/app:1"], ["h.example/app:1", "docker://h.example/App"]] {
      let world = try TestWorld()
      #expect(await Program.run(["copy"] + arguments, in: world.context()) == .failure(.usage))
      #expect(world.errors.text.contains("upper-case"), "\(world.errors.text)")
    }
  }

  @Test("T425: a target on disk that cannot be written to is told before a registry is asked")
  func placesOnDisk() async throws {
    for target in ["/nowhere/x.tar", "/nowhere/x/y/", "/dev/null/x/"] {
      let world = try TestWorld()
      let code = await Program.run(["copy", "h.example/app:1", target], in: world.context())
      #expect(code == .failure(.localIO), "\(world.errors.text)")
    }
  }

  @Test("T195: what can only be a path is an archive, and one that is not there is the disk's fault")
  func missing() async throws {
    for options in [[], ["--json"], ["--dry-run"]] {
      let world = try TestWorld()
      let code = await Program.run(["copy", "/nowhere/a.tar", "h.example/app:1"] + options, in: world.context())
      #expect(code == .failure(.localIO), "\(world.errors.text)")
      #expect(world.output.text.contains("\"failed\"") == options.contains("--json"))
    }
  }
}
