import ImageModel

/// Why a place that should know a credential could not say, or could not keep one.
public enum CredentialError: ClassifiedError, Hashable {
  /// The file is there and cannot be read.
  case unreadableFile(path: String, detail: String)
  /// The file is no JSON of the form that Docker and podman share; `found` is the character that has no meaning at this
  /// place, where it is one.
  case malformedFile(path: String, place: TextPlace, found: String?)
  /// What the file has under a registry's key is no login.
  case malformedEntry(path: String, line: Int?, key: String)
  /// The file names a helper that no helper can be called.
  case malformedHelperName(path: String, line: Int?, name: String)
  /// A host that must not reach a helper's input.
  case malformedHost(String)
  /// No program of this name could be started; the file names it on this line.
  case helperMissing(name: String, path: String, line: Int?)
  case helperFailed(name: String, HelperEnd)
  case helperTimedOut(name: String, seconds: Int)
  /// The helper answered something else than a credential for this registry.
  case helperAnswer(name: String)
  /// The password is longer than what a helper is given.
  case helperInputTooLong(name: String)

  // Storing
  /// The file, or its folder, cannot be written.
  case unwritableFile(path: String, detail: String)
  /// Other processes keep the file locked.
  case lockedFile(path: String)
  /// There is no home folder to keep a file of credentials in.
  case noPlace

  /// How a helper ended that failed.
  public enum HelperEnd: Sendable, Hashable {
    case exited(code: Int)
    case signaled(Int)
    /// It was not run, or not heard to its end, in the system's words.
    case notRun(String)
  }

  public var failureClass: FailureClass {
    switch self {
    case .unreadableFile, .unwritableFile, .noPlace: .localIO
    case .lockedFile: .busy
    default: .authentication
    }
  }
}
