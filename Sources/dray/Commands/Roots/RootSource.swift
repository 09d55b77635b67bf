import ImageModel
import ImageTransfer

/// The image whose root is wanted: one of an archive, or one in a registry.
struct RootSource {
  let text: String
  let choice: ImageChoiceOptions
  let connection: ConnectionOptions
  let isJSON: Bool
  let context: CommandContext

  private var inquiry: RegistryInquiry {
    RegistryInquiry(context: context, options: connection, subject: text, isJSON: isJSON)
  }

  /// Opens the image for as long as `body` runs.
  ///
  /// - Throws: what the program fails of.
  func open<Result>(_ body: (LayeredImage) async throws -> Result) async throws -> Result {
    if let path = ArchiveArgument.path(text) {
      return try await body(LayeredImage.open(archive: path, choice: choice.choice()))
    }
    guard choice.image == nil else { throw ContentsUsageError.onlyForArchives(option: "--image", place: text) }
    let platform = try choice.choice().platform
    let settings = try await ConnectionSettings(connection, in: context)
    let named = try ImageReference(parsing: text)
    let access = settings.access(for: [named.registry])
    let reference = try access.reference(parsing: text)
    let door = try RegistryDoor(access, registries: [named.registry, reference.registry])
    do {
      let image = try await LayeredImage.open(
        reference, platform: platform, door: door, access: access, observe: { inquiry.warn($0) })
      let result = try await body(image)
      try? await door.close()
      return result
    } catch {
      try? await door.close()
      throw error
    }
  }

  func end(with error: any Error) -> ExitCode { inquiry.end(with: error) }
}
