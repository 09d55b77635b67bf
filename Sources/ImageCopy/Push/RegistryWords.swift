import Synchronization

/// What registries say beside their answers (distribution-spec "Warnings"): with every manifest that they take, and told once.
final class RegistryWords: Sendable {
  /// So many texts are told in one run.
  private static let limit = 256

  private let told = Mutex<Set<String>>([])

  /// Whether a text has not been told before, and is to be now.
  func isNew(_ text: String) -> Bool {
    told.withLock { told in told.count < Self.limit && told.insert(text).inserted }
  }
}
