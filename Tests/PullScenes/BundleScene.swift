import ImageArchive
import ImageCopy
import ImageModel
import ScriptedServer

/// An image and where it stands.
package struct PlacedImage {
  package let image: ImageFixture
  package let reference: String

  package init(image: ImageFixture, reference: String) {
    self.image = image
    self.reference = reference
  }
}

extension PullScene {
  /// Pulls images into `bundle.tar`.
  package func pull(
    _ images: [PlacedImage], keepsGoing: Bool = false,
    observe: @escaping @Sendable (PullEvent) -> Void = { _ in },
    change: (inout PullRequest) throws -> Void = { _ in }
  ) async throws -> Outcome {
    try await pull(images[0].reference, observe: observe) { request in
      request.output = .file(folder.appending("bundle.tar").string)
      request.images += try images.dropFirst().map {
        RequestedImage(reference: try ImageReference(parsing: $0.reference))
      }
      request.keepsGoing = keepsGoing
      try change(&request)
    }
  }
}

extension ImageFixture {
  package var parsedManifest: Manifest {
    get throws {
      guard case .manifest(let parsed) = try ManifestDocument(parsing: manifest.bytes, contentType: nil) else {
        throw NotAnImage()
      }
      return parsed
    }
  }
}

extension ImageFixture.Blob {
  /// As it goes into an archive.
  package var document: ImageDocument {
    get throws {
      .init(
        descriptor: Descriptor(
          mediaType: MediaType(rawValue: mediaType), digest: try Digest(parsing: digest), size: size), bytes: bytes)
    }
  }

  /// As an entry of an index.
  package func entry(_ more: String = "") -> String {
    #"{"mediaType":"\#(mediaType)","digest":"\#(digest)","size":\#(size)\#(more)}"#
  }

  package static func index(_ entries: [String]) -> ImageFixture.Blob {
    let text =
      #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":["#
      + entries.joined(separator: ",") + "]}"
    return ImageFixture.Blob(mediaType: ImageFixture.indexType, bytes: Array(text.utf8))
  }
}

/// The archive that an undisturbed pull of these images makes.
package func expectedBundle(_ images: [PlacedImage]) throws -> [UInt8] {
  let plan = try ArchivePlan(
    images: images.map { placed in
      ArchivedImage(
        names: [try ImageReference(parsing: placed.reference).with(digest: nil)],
        manifest: try placed.image.parsedManifest, document: try placed.image.manifest.document)
    })
  let blobs = Dictionary(images.flatMap(\.image.blobs).map { ($0.digest, $0.bytes) }) { first, _ in first }
  return plan.extents.flatMap { extent -> [UInt8] in
    switch extent {
    case .literal(_, let bytes): bytes
    case .blob(_, let descriptor): blobs[descriptor.digest.description] ?? []
    }
  }
}
