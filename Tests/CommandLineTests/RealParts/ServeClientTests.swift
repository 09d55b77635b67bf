import SystemPackage
import Testing

extension RealPartsTests {
  @Suite("dray serve and real engines", .serialized)
  struct ServeClientTests {
    private static let parts =
      FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent().appending("RealParts")

    @Test("T438: skopeo and podman pull an image of a registry with a port by the mirror that is printed")
    func registryWithPort() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let image = "\(registry.address)/team/busybox:1"
          _ = try await registry.push(.busybox, as: "team/busybox:1")
          let pulled = try await dray.run(["pull", "-q", image, "--as", "127.0.0.1:9/team/busybox:1", "-o", "box.tar"])
          #expect(pulled.code == 0, "\(pulled.errors)")
        }
        // Nobody listens at the registry's own address.
        try await ContainerEngine.run(.podman, in: dray) { engine in
          let lines = try await dray.shell(
            ServeScene.prelude + """
              serve box.tar
              $DRAY serve box.tar --listen 127.0.0.1:$PORT --print-config podman > config
              skopeo --registries-conf config --insecure-policy copy -q docker://127.0.0.1:9/team/busybox:1 oci:copied
              ls copied/blobs/sha256 | wc -l
              engine() { verb=$1; shift; "$PARTS/engine" podman $verb podman "$@"; }
              engine mirror config; engine pull 127.0.0.1:9/team/busybox:1 > /dev/null; engine images
              stop; rm -rf copied config served requests box.tar
              """, ["PARTS": Self.parts.string])
          #expect(lines == ["3", "127.0.0.1:9/team/busybox:1"], "\(lines)")
        }
      }
    }

    @Test(
      "T119: an engine pulls by the configuration that is printed for it and by name, and pushes while others pull",
      .timeLimit(.minutes(10)), arguments: ContainerEngine.Kind.allCases)
    func pullAndPush(_ kind: ContainerEngine.Kind) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          _ = try await registry.push(.busybox, as: "team/busybox:1")
          let image = "\(registry.address)/team/busybox:1"
          // In no other registry there is an image of this name.
          let pulled = try await dray.run(["pull", "-q", image, "--as", "docker.io/library/draybox:1", "-o", "box.tar"])
          #expect(pulled.code == 0, "\(pulled.errors)")
        }
        try await ContainerEngine.run(kind, in: dray) { engine in
          let lines = try await dray.shell(
            ServeScene.prelude + """
              engine() { verb=$1; shift; "$PARTS/engine" $KIND $verb $KIND "$@"; }
              serve --accept-push layout box.tar
              at=127.0.0.1:$PORT
              $DRAY serve box.tar --listen $at --print-config $CLIENT > config
              engine mirror config > /dev/null
              for name in docker.io/library $at/library; do
                engine pull $name/draybox:1 > /dev/null; engine run $name/draybox:1
              done
              pulls() {
                until [ -e pushed ]; do
                  $DRAY pull -q --plain-http --no-reuse $at/library/draybox:1 --as docker.io/library/draybox:1 -o again.tar > /dev/null
                  cmp again.tar box.tar
                done
              }
              pulls & others=$!
              engine push docker.io/library/draybox:1 $at/pushed/engine:1 > /dev/null
              $DRAY push -q --plain-http box.tar $at/pushed/dray:1 > /dev/null
              skopeo --insecure-policy copy -q --dest-tls-verify=false docker-archive:box.tar docker://$at/pushed/skopeo:1
              touch pushed; wait $others
              for name in engine dray skopeo; do
                skopeo inspect --tls-verify=false --format '{{.Digest}}' docker://$at/pushed/$name:1 > /dev/null && echo $name
              done
              stop; $DRAY verify layout > /dev/null; echo $?
              rm -rf layout config pushed again.tar served requests
              """,
            [
              "PARTS": Self.parts.string, "KIND": kind.rawValue,
              "CLIENT": kind == .dockerOnContainerd ? "docker" : kind.rawValue,
            ])
          #expect(lines == ["busybox runs", "busybox runs", "engine", "dray", "skopeo", "0"], "\(kind): \(lines)")
        }
      }
    }
  }
}
