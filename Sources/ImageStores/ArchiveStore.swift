import FileAccess
import HTTPAccess
import ImageArchive
import ImageModel
import NIOCore
import RegistryClient
import SystemPackage
import Waiting

/// An archive, its volumes or an image layout as a source.
package struct ArchiveStore: SourceStore {
  package let archive: StoredArchive

  package init(_ archive: StoredArchive) {
    self.archive = archive
  }

  package var place: String { archive.path.string }

  package var isAtHand: Bool { true }

  package func meaning(of name: String?) async throws -> Descriptor {
    let images = try archive.images(named: name)
    guard let root = images.first?.root else { throw ImageStoreError.nameMissing(name ?? "", place: place) }
    return root.descriptor
  }

  package func document(_ descriptor: Descriptor) async throws -> ImageDocument? {
    try await Workers.current.run { try archive.document(descriptor) }
  }

  package func presence(of blob: Descriptor) async throws -> Presence {
    archive.blob(blob.digest, size: blob.size) == nil ? .absent : .present
  }

  package func read(_ blob: Descriptor, _ range: Range<Int64>, into sink: any ByteSink) async throws {
    guard let stored = archive.blob(blob.digest, size: blob.size) else {
      throw ImageStoreError.missing(blob.digest, place: place)
    }
    try await stored.content.pass(range, into: sink)
  }
}
