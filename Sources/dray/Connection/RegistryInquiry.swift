import DrayMessages
import ImageCopy
import ImageModel
import RegistryClient

/// A question to a registry, whose answer goes to standard output: what `tags`, `digest` and the like have in common.
struct RegistryInquiry: Sendable {
  let context: CommandContext
  let options: ConnectionOptions
  /// What the command line names, for the `image` of a failure in JSON.
  let subject: String
  var isJSON = false

  /// Asks, writes the answer, and says what the program ends with.
  func run(
    of registry: RegistryName, about image: ImageReference? = nil,
    _ ask: (_ door: RegistryDoor, _ access: RegistryAccess) async throws -> [UInt8]
  ) async -> ExitCode {
    do {
      let settings = try await ConnectionSettings(options, in: context)
      let access = settings.access(for: [registry])
      return try await answer(of: registry, access) { try await ask($0, access) }
    } catch {
      return end(with: error, about: image)
    }
  }

  /// The same about an image, whose name means what a pull of it would mean.
  ///
  /// - Parameter find: what is asked about, where it is not the image itself.
  func run(
    of text: String,
    found find: (String, ConnectionSettings) async throws -> ImageReference = { try await $1.reference(finding: $0) },
    _ ask: (_ reference: ImageReference, _ door: RegistryDoor, _ access: RegistryAccess) async throws -> [UInt8]
  ) async -> ExitCode {
    var image: ImageReference?
    do {
      let (references, access) = try await references(parsing: [text], found: find)
      let reference = references[0]
      image = reference
      return try await answer(of: reference.registry, access) { try await ask(reference, $0, access) }
    } catch {
      return end(with: error, about: image)
    }
  }

  private func answer(
    of registry: RegistryName, _ access: RegistryAccess, _ ask: (_ door: RegistryDoor) async throws -> [UInt8]
  ) async throws -> ExitCode {
    let answer = try await RegistryDoor.with(access, registries: [registry], ask)
    try context.output.write(answer)
    return .success
  }

  /// What names mean on this machine, as a pull reads them, and how their registries are reached.
  ///
  /// - Throws: `UsageError`; as `ConnectionSettings.reference(finding:)`.
  func references(
    parsing texts: [String],
    found find: (String, ConnectionSettings) async throws -> ImageReference = { try await $1.reference(finding: $0) }
  ) async throws -> ([ImageReference], RegistryAccess) {
    // What is wrong with a name is said before anybody is asked for a password.
    for text in texts { _ = try ImageReference(parsing: text) }
    let settings = try await ConnectionSettings(options, in: context)
    var references: [ImageReference] = []
    for text in texts { references.append(try await find(text, settings)) }
    return (references, settings.access(for: references.map(\.registry)))
  }

  func end(with error: any Error, about image: ImageReference? = nil) -> ExitCode {
    context.end(with: error, asJSONAbout: isJSON ? subject : nil, of: image)
  }

  /// Says something that one should know, on standard error.
  func warn(_ warning: PullWarning) {
    context.warn(warning, isDetailed: options.isDetailed)
  }
}
