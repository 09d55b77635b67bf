import DrayMessages
import ImageCopy

/// What a pattern stands for, before it is pulled: an image a line with its size, and what all come to.
struct SelectionText: Sendable {
  private let images: [MeasuredImage]
  private let language: Language

  init(_ images: [MeasuredImage], language: Language) {
    self.images = images
    self.language = language
  }

  var lines: String {
    let names = images.map { TerminalText.escaped($0.image.reference.description) }
    let width = names.map { DisplayWidth.of($0) }.max() ?? 0
    let rows = zip(images, names).map { image, name in
      "\(DisplayWidth.padded(name, to: width))  \(amount(image))\n"
    }
    let total = SelectionPhrase.total(images: images.count, size: ByteCount(MeasuredImage.total(images)))
    return rows.joined() + "\(total.text(language))\n"
  }

  private func amount(_ image: MeasuredImage) -> String {
    switch image.outcome {
    case .blobs: ByteCount(image.size ?? 0).description
    case .failure(let error): FailureReport(error).summary.text(language)
    }
  }
}

/// The same in `--json`, as docs/json.md describes it.
struct SelectionRecord: Encodable {
  struct Image: Encodable {
    let reference: String
    /// Left out for an image that cannot be had.
    let size: Int64?
  }

  let event = "selection"
  let images: [Image]
  let size: Int64

  init(_ images: [MeasuredImage]) {
    self.images = images.map { Image(reference: $0.image.reference.jsonName, size: $0.size) }
    size = MeasuredImage.total(images)
  }
}
