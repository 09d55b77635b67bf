import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The main job, from a real registry into real engines.
@Suite("Archives in real engines", .serialized, .enabled(if: getuid() == 0, "container engines need root"))
struct LoadingTests {
  /// Pushes an image and pulls it as `image.tar`.
  ///
  /// - Returns: the reference, and the digest that the registry gave it.
  private func pulled(_ image: String, form: String, parts: RealParts) async throws -> (
    reference: String, digest: String
  ) {
    let registry = try await parts.shell("\"$PARTS/registry\" start registry")
    let reference = "\(registry)/team/\(image):1.0"
    let digest = try await parts.shell(
      "layout=$(\"$PARTS/image\" \(image)) && \"$PARTS/push\" \"$layout\" \(reference) \(form)")
    try await parts.shell("\"$DRAY\" pull \(reference) -o image.tar")
    return (reference, digest)
  }

  @Test("T093: dockerd loads it, and the container runs", arguments: ["busybox", "debian"])
  func docker(image: String) async throws {
    try await RealParts.scene { parts in
      let (reference, _) = try await pulled(image, form: "v2s2", parts: parts)
      try await parts.shell("\"$PARTS/engine\" docker start docker && \"$PARTS/engine\" docker load docker image.tar")
      let said = try await parts.shell("\"$PARTS/engine\" docker run docker \(reference)")
      #expect(said.contains("\(image) runs"))
    }
  }

  @Test("T093: podman loads it, and the container runs", arguments: ["busybox", "debian"])
  func podman(image: String) async throws {
    try await RealParts.scene { parts in
      let (reference, _) = try await pulled(image, form: "oci", parts: parts)
      try await parts.shell("\"$PARTS/engine\" podman start podman && \"$PARTS/engine\" podman load podman image.tar")
      let said = try await parts.shell("\"$PARTS/engine\" podman run podman \(reference)")
      #expect(said.contains("\(image) runs"))
    }
  }

  @Test("T093: ctr images import takes it, and the image has the registry's digest")
  func containerd() async throws {
    try await RealParts.scene { parts in
      let (reference, digest) = try await pulled("busybox", form: "oci", parts: parts)
      try await parts.shell(
        "\"$PARTS/engine\" containerd start containerd && \"$PARTS/engine\" containerd load containerd image.tar")
      let said1 = try await parts.shell("\"$PARTS/engine\" containerd digest containerd \(reference)")
      #expect(said1 == digest)
    }
  }

  @Test(
    "T093: skopeo reads it as docker-archive and as oci-archive, with the registry's digest",
    arguments: ["oci", "v2s2"])
  func skopeo(form: String) async throws {
    try await RealParts.scene { parts in
      let (_, digest) = try await pulled("busybox", form: form, parts: parts)
      let said2 = try await parts.shell("skopeo inspect --format '{{.Digest}}' oci-archive:image.tar")
      #expect(said2 == digest)
      let layers = try await parts.shell("skopeo inspect docker-archive:image.tar | grep -c sha256")
      #expect(Int(layers) ?? 0 > 0)
    }
  }

  @Test("T001: two pulls give equal bytes, in whatever locale, time zone and number of connections")
  func equalBytes() async throws {
    try await RealParts.scene { parts in
      let (reference, _) = try await pulled("busybox", form: "oci", parts: parts)
      try await parts.shell(
        "TZ=Asia/Shanghai LC_ALL=zh_CN.UTF-8 \"$DRAY\" pull \(reference) --connections 1 -o again.tar && cmp image.tar again.tar"
      )
      try await parts.shell("\"$DRAY\" pull \(reference) -o - | cmp - image.tar")
    }
  }

  @Test("each platform of a manifest list", arguments: ["oci", "v2s2"])
  func platforms(form: String) async throws {
    try await RealParts.scene { parts in
      let registry = try await parts.shell("\"$PARTS/registry\" start registry")
      let reference = "\(registry)/team/many:1.0"
      try await parts.shell("layout=$(\"$PARTS/image\" platforms) && \"$PARTS/push\" \"$layout\" \(reference) \(form)")
      for platform in ["linux/amd64", "linux/arm64", "linux/arm/v7"] {
        try await parts.shell("\"$DRAY\" pull \(reference) --platform \(platform) -o one.tar")
        let found = try await parts.shell(
          "skopeo inspect --format '{{.Os}}/{{.Architecture}}' docker-archive:one.tar")
        #expect(platform.hasPrefix(found))
      }
      let said3 = try await parts.shell("\"$DRAY\" pull \(reference) --platform linux/s390x -o one.tar; [ $? = 22 ]")
      #expect(said3 == "")
    }
  }
}
