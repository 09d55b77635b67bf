import ArchiveTools
import ArgumentParser
import DrayMessages
import FileAccess
import ImageArchive
import ImageCopy
import ImageModel
import SystemPackage

/// What the other side has already, as it is typed.
struct DeltaOptions: ParsableArguments {
  @Option(name: .customLong("base"), parsing: .singleValue, help: .init(PullHelp.base, valueName: "base"))
  var bases: [String] = []

  /// Checks what can be checked before anything is read.
  func check(readsPassword: Bool) throws(BaseOptionError) {
    guard !bases.contains("") else { throw .empty }
    let inputs = bases.count { $0 == "-" }
    guard inputs + (readsPassword ? 1 : 0) < 2 || inputs == 0 else { throw .inputTwice }
  }

  /// - Throws: ``BaseOptionError``; `ImageReferenceError`; `ConfigurationError`; `CancellationError`.
  func sources(
    _ settings: ConnectionSettings, output: PullRequest.Output, in context: CommandContext
  ) async throws -> [DeltaSource] {
    var sources: [DeltaSource] = []
    for text in bases {
      guard text != "-" else {
        sources.append(.list(try await context.input.all(limit: BaseList.sizeLimit), name: "-"))
        continue
      }
      let path = FilePath(text)
      if StoredArchive.mayStand(at: path) {
        if case .file(let name) = output, let status = try? path.stat(), let other = try? FilePath(name).stat(),
          other.isSameFile(as: status)
        {
          throw BaseOptionError.isOutput(text)
        }
        sources.append(.path(text))
      } else if Self.looksLikePath(text) {
        throw BaseOptionError.noSuchFile(text)
      } else {
        sources.append(.reference(try await settings.reference(finding: text)))
      }
    }
    return sources
  }

  /// A list may be meant too.
  private static func looksLikePath(_ text: String) -> Bool {
    ImageOperand.looksLikePath(text) || text.hasSuffix(".json")
  }
}
