import ScriptedServer

/// The files of an image layout, by their names in it.
struct LayoutFiles {
  private(set) var files = ["oci-layout": Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)]
  private var entries: [String] = []

  /// Adds an image and everything that belongs to it, under a name.
  mutating func add(_ image: ImageFixture, as name: String) {
    for blob in [image.manifest] + image.blobs { add(blob) }
    enter(image.manifest, as: name)
  }

  mutating func add(_ blob: ImageFixture.Blob) { files[Self.path(blob)] = blob.bytes }

  /// Adds an entry to `index.json`.
  mutating func enter(_ root: ImageFixture.Blob, as name: String) {
    enter(
      #"{"mediaType":"\#(root.mediaType)","digest":"\#(root.digest)","size":\#(root.size),"#
        + #""annotations":{"io.containerd.image.name":"\#(name)"}}"#)
  }

  mutating func enter(_ entry: String) {
    entries.append(entry)
    files["index.json"] = Array(#"{"schemaVersion":2,"manifests":[\#(entries.joined(separator: ","))]}"#.utf8)
  }

  static func path(_ blob: ImageFixture.Blob) -> String { "blobs/" + blob.digest.replacing(":", with: "/") }

  /// Below a folder.
  func inside(_ folder: String) -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: files.map { ("\(folder)/\($0.key)", $0.value) })
  }
}
