import ImageModel
import Testing

@testable import EngineClient

@Suite("What Docker on containerd's store has")
struct ContainerdStoreTests {
  private let first = Digest.hash(Array("first".utf8))
  private let second = Digest.hash(Array("second".utf8))
  private let blob = Digest.hash(Array("blob".utf8))

  private func answer(_ images: [Digest]) -> [UInt8] {
    let rows = images.map {
      "docker.io/library/app:1 application/vnd.oci.image.index.v1+json \($0) 1.0 MiB linux/amd64 - \n"
    }
    return Array(
      ("REF TYPE DIGEST SIZE PLATFORMS LABELS \n" + rows.joined() + "--\n" + "\(first)\n\(blob)\nnothing\n").utf8)
  }

  @Test("containerd's blobs count where it has just the images that Docker names")
  func blobs() {
    #expect(ContainerdStore.blobs(answer([first]), of: [first]) == [first, blob])
    #expect(ContainerdStore.blobs(answer([first, first]), of: [first]) == [first, blob], "two names of one image")
  }

  @Test("Another containerd than Docker's tells nothing")
  func another() {
    #expect(ContainerdStore.blobs(answer([first, second]), of: [first]) == nil)
    #expect(ContainerdStore.blobs(answer([first]), of: [first, second]) == nil)
    #expect(ContainerdStore.blobs(answer([]), of: []) == nil, "with no image there is nothing to compare")
    #expect(ContainerdStore.blobs(Array("ctr: permission denied\n".utf8), of: [first]) == nil)
  }

  @Test("Of the manifests of an image those count of which all blobs are there")
  func complete() throws {
    let told = try #require(
      DockerImageList(
        Array(
          """
          [{"Id":"\(first)","RepoDigests":["app@\(first)"],"Manifests":[
            {"ID":"\(second)","Available":true,"Kind":"image"},{"ID":"\(blob)","Available":false,"Kind":"image"}]},
           {"Id":"\(blob)","RepoDigests":[],"Manifests":null}]
          """.utf8)))
    #expect(told.complete == [second])
    #expect(told.digests == [first, blob])
    // An older one tells of digests alone, and of none for an image that it could not unpack.
    let older = try #require(
      DockerImageList(Array("{\"Id\":\"\(first)\",\"RepoDigests\":[\"app@\(first)\"]}\n{\"Id\":\"\(second)\"}\n".utf8)))
    #expect(older.complete == [first])
    #expect(DockerImageList(Array("<html>".utf8)) == nil)
  }

  @Test("Docker says on whose store it is, and from version 27 on where containerd is")
  func information() {
    let newer = DockerInformation(
      Array(
        """
        {"OSType":"linux","Architecture":"aarch64","DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]],
         "Containerd":{"Address":"/run/containerd/containerd.sock","Namespaces":{"Containers":"moby","Plugins":"x"}}}
        """.utf8))
    #expect(newer.isOnContainerd)
    #expect(newer.containerd == .init(address: "/run/containerd/containerd.sock", namespace: "moby"))
    #expect(newer.platform?.description == "linux/arm64")
    let classic = DockerInformation(
      Array(#"{"OSType":"linux","Architecture":"x86_64","DriverStatus":[["Backing Filesystem","extfs"]]}"#.utf8))
    #expect(!classic.isOnContainerd)
    #expect(classic.containerd == nil)
  }
}
