import ImageModel
import Testing

@testable import EngineClient

@Suite("What Docker on containerd's store has")
struct ContainerdStoreTests {
  private let first = Digest.hash(Array("first".utf8))
  private let second = Digest.hash(Array("second".utf8))
  private let blob = Digest.hash(Array("blob".utf8))
  private let garbage = Digest.hash(Array("garbage".utf8))

  private func answer(_ images: [Digest]) -> [UInt8] {
    let rows = images.map {
      "docker.io/library/app:1 application/vnd.oci.image.index.v1+json \($0) 1.0 MiB linux/amd64 - \n"
    }
    return Array(
      ("REF TYPE DIGEST SIZE PLATFORMS LABELS \n" + rows.joined() + "--\n" + contents).utf8)
  }

  /// The first image leads to the blob; of the second the garbage is left.
  private var contents: String {
    """
    DIGEST\t\t\tSIZE\tAGE\t\tLABELS
    \(first)\t5B\tAbout a minute\tcontainerd.io/gc.ref.content.config=\(blob),containerd.io/x=\(garbage)
    \(blob)\t4B\tLess than a second\t-
    \(garbage)\t4B\t2 hours\t-
    nothing

    """
  }

  @Test("T155: contents that no image leads to are collected at any time, and do not count")
  func collected() throws {
    let table = try #require(ContentTable(answer([first])))
    #expect(table.images == [first])
    #expect(table.kept == [first, blob])
    // A name that stands for what is gone leads nowhere, and images may lead to one another.
    #expect(try #require(ContentTable(answer([second]))).kept.isEmpty)
    let circle = "--\n\(first)\t1B\t1\tcontainerd.io/gc.ref.content.m.0=\(first)\n"
    #expect(try #require(ContentTable(Array("R T \(first)\n\(circle)".utf8))).kept == [first])
    #expect(ContentTable(Array("ctr: permission denied\n".utf8)) == nil)
  }

  @Test(
    "T155: Docker keeps what refers to images from 29.1 on, on containerd's store",
    arguments: [
      ("29.1.0", true), ("29.1.0-rc.1", true), ("29.10.2", true), ("30.0.0", true), ("29.0.4", false),
      ("28.5.2+dfsg4", false), ("dev", false), ("", false), ("29", false),
    ])
  func keepsReferrers(version: String, keeps: Bool) {
    func said(_ driver: String) -> DockerInformation {
      DockerInformation(Array(#"{"ServerVersion":"\#(version)","DriverStatus":[["driver-type","\#(driver)"]]}"#.utf8))
    }
    #expect(said("io.containerd.snapshotter.v1").keepsReferrers == keeps)
    #expect(!said("overlay2").keepsReferrers)
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
