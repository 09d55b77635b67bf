import ImageModel
import ImageStores

/// What a copy does, known before its first byte moves: a value, so that it can be shown, counted by and asked.
package struct CopyPlan: Sendable {
  /// An image and where it goes.
  package struct Image: Sendable {
    /// A repository of the target.
    package let repository: String
    /// Nil where it can be had by its digest alone.
    package let tag: String?
    package let root: Digest
    /// The documents in the order in which they go: what a document names before it, the root last. None where the tag
    /// stands for the image already and nobody wanted to know what refers to it.
    package let documents: [ImageDocument]
    /// What refers to the image and is not there yet; it goes behind it.
    package let referrers: [Referrer]
    /// Whether the tag stands for this very image already: then nothing of it moves.
    package let isThere: Bool
    /// After what time the target deletes the tag, by a label of the image; nil where it does not. As the label has it: `2w`.
    package let expiry: String?
  }

  /// A document that refers to another one.
  package struct Referrer: Sendable {
    /// What it names, then itself.
    package let documents: [ImageDocument]
    package let subject: Digest
    /// The tag that leads to it where its manifest names no subject.
    package let tag: String?

    package init(documents: [ImageDocument], subject: Digest, tag: String?) {
      self.documents = documents
      self.subject = subject
      self.tag = tag
    }
  }

  /// A blob that one or more repositories need.
  package struct Blob: Sendable {
    package let descriptor: Descriptor
    package let isConfig: Bool
    /// The number of an image that needs it, and whose source has it.
    package let image: Int
    /// The repositories that lack it, or may lack it, in the order of the images. There is at least one.
    package let repositories: [String]
    package let way: Way
  }

  /// How a blob gets to the first of its repositories; the others get it from there.
  package enum Way: Sendable, Hashable {
    /// Its bytes are sent, unless one of these repositories has it.
    case send(siblings: [String])
    /// The source does not have it, and this repository does.
    case mount(from: String)
  }

  package let images: [Image]
  /// What moves, each blob once; the largest first.
  package let blobs: [Blob]
  /// Blobs that are where they are to go.
  package let present: [Descriptor]

  /// Bytes of what is sent, where nothing can be mounted.
  package var bytesToSend: Int64 { blobs.reduce(0) { $0 + ($1.isSent ? $1.descriptor.size : 0) } }
  package var bytesPresent: Int64 { present.reduce(0) { $0 + $1.size } }
}

extension CopyPlan.Blob {
  package var isSent: Bool {
    if case .send = way { true } else { false }
  }
}
