import ImageModel

/// Why an engine took no image.
public enum EngineError: ClassifiedError, Hashable {
  /// No engine is on this machine, or on the one at `place`.
  case noEngine(place: String?)
  /// The engine or the machine that it is on does not answer; its own words, or the system's.
  ///
  /// `origin` is where the place was set; nil where it is the usual one, or was named in the request.
  case unreachable(EngineKind, place: String, words: String, origin: AddressOrigin? = nil)
  /// Docker has no context of the name that is set; `file` would describe it.
  case noContext(name: String, file: String, origin: AddressOrigin)
  /// The engine does not take the archive, in its own words.
  case refused(EngineKind, words: String)
  /// What it says of its images is not understood.
  case unreadableAnswer(EngineKind, place: String)
  /// A program that leads to the engine is not there.
  case noProgram(name: String)
  /// A program that leads to the engine cannot be run, or says more than is read; the system's words.
  case programFailed(name: String, words: String)

  public var failureClass: FailureClass {
    switch self {
    case .noEngine(let place): place == nil ? .localIO : .network
    case .unreachable(_, let place, _, _): place.hasPrefix("ssh://") || place.hasPrefix("tcp://") ? .network : .localIO
    case .refused: .refused
    case .noContext, .unreadableAnswer, .noProgram, .programFailed: .localIO
    }
  }
}
