import ImageModel

/// What the program ends with. The numbers are a contract with scripts.
enum ExitCode: Sendable, Hashable {
  case success
  case failure(FailureClass)
  /// Some of several images are not in the archive, as the user allowed.
  case incomplete
  /// The user or the system asked for the end.
  case interrupted(TerminationSignal)
  /// Whoever read standard output has gone.
  case outputClosed

  init(_ failureClass: FailureClass) {
    self = .failure(failureClass)
  }

  var number: Int32 {
    switch self {
    case .success: 0
    case .failure(let failureClass): failureClass.rawValue
    case .incomplete: 1
    case .interrupted(let signal): signal.exitCode
    // 128 and the number of SIGPIPE, which programs that do not ignore it die of.
    case .outputClosed: 141
    }
  }
}
