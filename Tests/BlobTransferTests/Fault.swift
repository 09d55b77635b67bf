import BlobTransfer
import Waiting

/// A request that fails in a way that a test chooses.
struct Fault: RetriableFailure, Hashable {
  let kind: FailureKind
  var tries = 1
  /// What a server that limits the rate was waited for in vain.
  var waited: Duration?

  init(_ kind: FailureKind) { self.kind = kind }

  func after(tries: Int) -> Fault {
    var fault = self
    fault.tries = tries
    return fault
  }

  func outOfPatience(waited: Duration) -> Fault {
    guard case .rateLimited = kind else { return self }
    var fault = Fault(.final)
    fault.waited = waited
    return fault
  }
}

extension SourceBoard.DropReason: Equatable {
  package static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.slow, .slow): true
    case (.failed(let left as Fault), .failed(let right as Fault)): left == right
    default: false
    }
  }
}

extension SourceBoard.News: Equatable {
  package static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.dropped(let left, let why), .dropped(let right, let other)): left == right && why == other
    case (.incomplete(let left), .incomplete(let right)): left == right
    default: false
    }
  }
}

extension SourceBoard.Verdict: Equatable {
  package static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.retry, .retry): true
    case (.switchSource(let left), .switchSource(let right)): left == right
    default: false
    }
  }
}
