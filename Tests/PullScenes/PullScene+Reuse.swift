import FoundationEssentials
import ScriptedServer
import SystemPackage
import Testing

extension PullScene {
  package func removeFile(_ name: String) throws {
    let path = folder.appending(name).string
    if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
  }

  package func removeTree(_ name: String) throws {
    try FileManager.default.removeItem(atPath: folder.appending(name).string)
  }

  /// An OCI image layout with these blobs and no image.
  package func makeLayout(_ name: String, holding blobs: [ImageFixture.Blob]) throws -> FilePath {
    let layout = folder.appending(name)
    try FileManager.default.createDirectory(
      atPath: layout.appending("blobs").appending("sha256").string, withIntermediateDirectories: true)
    try write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: "\(name)/oci-layout")
    for blob in blobs { try write(blob.bytes, to: "\(name)/blobs/sha256/\(blob.digest.dropFirst(7))") }
    return layout
  }

  /// Changes the first byte of a blob in an archive.
  package func flip(_ name: String, firstByteOf blob: ImageFixture.Blob) throws {
    var bytes = try self.bytes(name)
    let member = Array("blobs/sha256/\(blob.digest.dropFirst(7))".utf8)
    let header = try #require(stride(from: 0, to: bytes.count, by: 512).first { bytes[$0...].starts(with: member) })
    bytes[header + 512] ^= 1
    try write(bytes, to: name)
  }
}
