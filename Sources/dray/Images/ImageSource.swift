import DrayMessages
import ImageContents
import ImageCopy
import ImageModel

/// The images whose files are wanted: each one of an archive, or one in a registry.
struct ImageSource {
  let texts: [String]
  let choice: ImageChoiceOptions
  let connection: ConnectionOptions
  let isJSON: Bool
  let context: CommandContext

  private var inquiry: RegistryInquiry {
    RegistryInquiry(context: context, options: connection, subject: texts[0], isJSON: isJSON)
  }

  /// Opens the only image for as long as `body` runs.
  ///
  /// - Throws: what the program fails of.
  func open<Result>(_ body: (ReadableImage) async throws -> Result) async throws -> Result {
    try await openAll { try await body($0[0]) }
  }

  /// Opens the images for as long as `body` runs.
  ///
  /// - Throws: what the program fails of.
  func openAll<Result>(_ body: ([ReadableImage]) async throws -> Result) async throws -> Result {
    let choice = try choice.choice()
    let operands = texts.map { ImageOperand($0) }
    let names = operands.compactMap { if case .reference(let text) = $0 { text } else { nil } }
    guard !names.isEmpty else {
      var images: [ReadableImage] = []
      for path in operands.compactMap(\.archive) {
        images.append(try await ImageOperand.opened { try await ReadableImage.open(archive: path, choice: choice) })
      }
      return try await body(images)
    }
    if choice.name != nil, names.count == operands.count { throw UsageError.onlyForArchives(option: "--image") }
    let (references, access) = try await inquiry.references(parsing: names)
    return try await RegistryDoor.with(access, registries: references.map(\.registry)) { door in
      var images: [ReadableImage] = []
      var rest = references[...]
      for operand in operands {
        if let path = operand.archive {
          images.append(try await ImageOperand.opened { try await ReadableImage.open(archive: path, choice: choice) })
        } else if let reference = rest.popFirst() {
          images.append(
            try await ReadableImage.open(
              reference, platform: choice.platform, door: door, access: access, observe: { inquiry.warn($0) }))
        }
      }
      return try await body(images)
    }
  }

  func end(with error: any Error) -> ExitCode { inquiry.end(with: error) }
}
