import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Every way into Debian's docker-registry, behind nginx as Harbor is.
@Suite("Real registries", .serialized, .enabled(if: getuid() == 0, "nginx and the engines need root"))
struct RegistryTests {
  private let robot = "robot$team+ci"

  @Test("Basic over HTTPS with a private authority")
  func basic() async throws {
    try await RealParts.scene { parts in
      let registry = try await parts.shell(
        "\"$PARTS/registry\" start registry --tls --auth basic --user '\(robot):secret'")
      let reference = "\(registry)/team/busybox:1.0"
      try await parts.shell(
        "layout=$(\"$PARTS/image\" busybox) && \"$PARTS/push\" \"$layout\" \(reference) oci '\(robot):secret'")
      let pull = "\"$DRAY\" pull \(reference) --username '\(robot)' --password-stdin"
      try await parts.shell("\(pull) --ca-cert registry/ca.pem", input: "secret\n")
      try await parts.shell("rm busybox_1.0.tar; \(pull) --insecure-skip-tls-verify", input: "secret\n")
      let said1 = try await parts.shell("\(pull) --ca-cert registry/ca.pem; echo $?", input: "wrong\n")
      #expect(said1 == "12")
      let said2 = try await parts.shell("rm busybox_1.0.tar; \(pull); echo $?; ls", input: "secret\n")
      #expect(said2 == "14\nregistry")
    }
  }

  @Test("a token service set up as Harbor's, with a robot's name", arguments: ["", "--tls"])
  func token(option: String) async throws {
    try await RealParts.scene { parts in
      let registry = try await parts.shell(
        "\"$PARTS/registry\" start registry \(option) --auth token --user '\(robot):secret'")
      try await parts.shell(
        """
        layout=$("$PARTS/image" busybox)
        for name in team library; do "$PARTS/push" "$layout" \(registry)/$name/busybox:1.0 oci '\(robot):secret'; done
        """)
      let trust = option.isEmpty ? "" : "--ca-cert registry/ca.pem"
      let pull = "\"$DRAY\" pull \(trust)"
      try await parts.shell("\(pull) \(registry)/library/busybox:1.0 && rm busybox_1.0.tar")
      try await parts.shell(
        "\(pull) \(registry)/team/busybox:1.0 --username '\(robot)' --password-stdin", input: "secret\n")
      let said3 = try await parts.shell("rm busybox_1.0.tar; \(pull) \(registry)/team/busybox:1.0; echo $?; ls")
      #expect(said3 == "12\nregistry")
    }
  }

  @Test("what docker login stored is used")
  func storedLogin() async throws {
    try await RealParts.scene { parts in
      let registry = try await parts.shell("\"$PARTS/registry\" start registry --auth token --user me:secret")
      let reference = "\(registry)/team/busybox:1.0"
      try await parts.shell(
        """
        layout=$("$PARTS/image" busybox) && "$PARTS/push" "$layout" \(reference) oci me:secret
        mkdir .docker && skopeo login --authfile .docker/config.json --tls-verify=false -u me --password-stdin \(registry)
        "$DRAY" pull \(reference)
        """, input: "secret\n")
      let said4 = try await parts.shell("ls *.tar")
      #expect(said4 == "busybox_1.0.tar")
    }
  }

  @Test("T022: kill -9 in the middle of a real pull; the same command goes on")
  func killed() async throws {
    try await RealParts.scene { parts in
      let registry = try await parts.shell(
        "\"$PARTS/registry\" start registry --auth token --user me:secret --limit-rate 4m")
      let reference = "\(registry)/library/debian:1.0"
      try await parts.shell(
        """
        layout=$("$PARTS/image" debian) && "$PARTS/push" "$layout" \(reference) oci me:secret
        "$DRAY" pull \(reference) -o image.tar & pid=$!
        until [ "$(grep -c '^have' image.tar.part.journal 2>/dev/null)" -ge 8 ] 2>/dev/null; do sleep 0.01; done
        kill -9 $pid; wait $pid
        [ ! -e image.tar ] && [ -e image.tar.part ]
        """)
      let events = try await parts.shell("\"$DRAY\" pull \(reference) -o image.tar --json | grep '\"finished\"'")
      let size = try #require(number("archiveSize", in: events))
      let fetched = try #require(number("bytesFetched", in: events))
      #expect(fetched < size - (4 << 20))
      let said5 = try await parts.shell("ls image.tar*")
      #expect(said5 == "image.tar")
      try await parts.shell("\"$DRAY\" pull \(reference) -o - | cmp - image.tar")
    }
  }

  private func number(_ name: String, in text: String) -> Int64? {
    guard let range = text.firstRange(of: "\"\(name)\":") else { return nil }
    return Int64(text[range.upperBound...].prefix { $0.isNumber })
  }
}
