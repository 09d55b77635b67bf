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
    case .failure(let failureClass): failureClass.exitCode
    case .incomplete: 1
    case .interrupted(let signal): signal.exitCode
    // 128 and the number of SIGPIPE, which programs that do not ignore it die of.
    case .outputClosed: 141
    }
  }
}

extension FailureClass {
  /// The exit code of a command that fails so. The numbers are a contract with scripts and do not change.
  var exitCode: Int32 {
    switch self {
    case .bug: 1
    case .usage: 2
    case .findings: 6
    case .network: 10
    case .rateLimit: 11
    case .authentication: 12
    case .notFound: 13
    case .tls: 14
    case .proxy: 15
    case .integrity: 20
    case .refused: 21
    case .unsupported: 22
    case .localIO: 30
    case .busy: 31
    }
  }
}
