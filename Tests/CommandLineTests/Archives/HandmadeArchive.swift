import FoundationEssentials
import HandmadeTar
import ScriptedServer
import SystemPackage

/// The members of an archive before it is written: whole at first, for a test to damage.
struct HandmadeArchive {
  struct Member {
    var name: String
    var content: [UInt8]
    var type: Character = "0"
    var link = ""
  }

  var members: [Member] = []

  static let image = ImageFixture(layers: [3_000, 70_000], seed: 5)
  static let otherImage = ImageFixture(layers: [900], seed: 6)

  static func blobName(_ blob: ImageFixture.Blob) -> String {
    "blobs/sha256/\(blob.digest.dropFirst("sha256:".count))"
  }

  /// An image layout with a `manifest.json`, as dray and `docker save` of today write it.
  static func layout(_ images: [(ImageFixture, name: String)] = [(image, "docker.io/team/app:1")]) -> HandmadeArchive {
    var archive = HandmadeArchive()
    archive.add("oci-layout", #"{"imageLayoutVersion":"1.0.0"}"#)
    let entries = images.map { image, name in
      #"{"mediaType":"\#(image.manifest.mediaType)","digest":"\#(image.manifest.digest)","size":\#(image.manifest.size),"annotations":{"io.containerd.image.name":"\#(name)"}}"#
    }
    archive.add("index.json", #"{"schemaVersion":2,"manifests":[\#(entries.joined(separator: ","))]}"#)
    let docker = images.map { image, name in
      entry(
        config: blobName(image.config), tag: name.replacing("docker.io/", with: ""),
        layers: image.layers.map(blobName))
    }
    archive.add("manifest.json", "[\(docker.joined(separator: ","))]")
    var seen: Set<String> = []
    for blob in images.flatMap({ [$0.0.manifest] + $0.0.blobs }) where seen.insert(blob.digest).inserted {
      archive.members.append(Member(name: blobName(blob), content: blob.bytes))
    }
    return archive
  }

  /// What `docker save` of old writes: a folder for each layer.
  static func docker(_ image: ImageFixture = image, tag: String = "team/app:1") -> HandmadeArchive {
    var archive = HandmadeArchive()
    let names = image.layers.indices.map { "layer\($0)/layer.tar" }
    for (name, layer) in zip(names, image.layers) {
      archive.members.append(Member(name: name, content: layer.bytes))
    }
    let config = "\(image.config.digest.dropFirst("sha256:".count)).json"
    archive.members.append(Member(name: config, content: image.config.bytes))
    archive.add("manifest.json", "[\(entry(config: config, tag: tag, layers: names))]")
    return archive
  }

  static func entry(config: String, tag: String, layers: [String]) -> String {
    let list = layers.map { #""\#($0)""# }.joined(separator: ",")
    return #"{"Config":"\#(config)","RepoTags":["\#(tag)"],"Layers":[\#(list)]}"#
  }

  mutating func add(_ name: String, _ text: String) {
    members.append(Member(name: name, content: Array(text.utf8)))
  }

  /// Changes the members of a name.
  func changing(_ name: String, _ change: (inout Member) -> Void) -> HandmadeArchive {
    var other = self
    for index in other.members.indices where other.members[index].name == name { change(&other.members[index]) }
    return other
  }

  func without(_ name: String) -> HandmadeArchive {
    var other = self
    other.members.removeAll { $0.name == name }
    return other
  }

  func adding(_ name: String, _ content: [UInt8] = [], type: Character = "0", link: String = "") -> HandmadeArchive {
    var other = self
    other.members.append(Member(name: name, content: content, type: type, link: link))
    return other
  }

  var bytes: [UInt8] {
    var writer = TarWriter()
    for member in members {
      if member.name.utf8.count > 100 { writer.extended([("path", member.name)]) }
      writer.member(member.name, type: member.type, content: member.content, link: member.link)
    }
    writer.end()
    return writer.bytes
  }
}

extension Dray {
  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: folder.appending(name).string))
  }
}
