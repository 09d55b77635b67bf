import HTTPAccess
import Synchronization

/// In what pieces a blob is sent. Registries and what stands before them contradict each other, so it is tried out, from
/// the form that costs least on: GHCR takes no chunk above 4 MiB and any whole blob, ECR no chunk below 5 MiB, Google's
/// no chunks at all, Azure's none above 20 MB, nginx 1 MB a request unless it is told otherwise.
enum UploadForm: Sendable, Hashable {
  /// The blob in one request.
  case whole
  /// The blob in one request that does not end the upload, and an empty one that does: as docker sends it, for registries
  /// that take a blob by PATCH alone.
  case streamed
  /// A request for each so many bytes, and an empty one at the end: Harbor counts a last piece in it as the whole.
  case chunks(Int64)

  /// From the first that is tried to the last.
  static let ladder: [UploadForm] = [.whole, .chunks(16 << 20), .chunks(4 << 20), .chunks(960 << 10)]

  /// The most bytes of one request.
  func pieceSize(of size: Int64) -> Int64 {
    switch self {
    case .whole, .streamed: size
    case .chunks(let limit): min(size, limit)
    }
  }

  /// The next form in which a request has fewer bytes; nil where there is none.
  func smaller(than bytes: Int64) -> UploadForm? {
    Self.ladder.drop { $0 != (self == .streamed ? .whole : self) }.dropFirst().first { form in
      if case .chunks(let limit) = form { limit < bytes } else { false }
    }
  }
}

/// What a registry was found to take, for as long as its client lives.
final class UploadHabits: Sendable {
  private struct State {
    var form = UploadForm.whole
    var refusedSources: Set<String> = []
    var refusesOpenMounts = false
    var refusesSearch = false
    var takesPushes = false
    var isQuay: Bool
    var otherOrigin: HTTPOrigin?
  }

  /// Registries that are known to take blobs whole, and to be worse with pieces: GHCR refuses pieces above 4 MiB (416), Google's
  /// has none at all, and ECR answers 201 to one. What they refuse whole no form gets through.
  private static let takingWhole = ["ghcr.io", "gcr.io", ".gcr.io", ".pkg.dev", ".amazonaws.com"]

  private let takesWhole: Bool

  init(host: String) {
    takesWhole = Self.takingWhole.contains { $0.hasPrefix(".") ? host.hasSuffix($0) : host == $0 }
    state = Mutex(State(isQuay: host == "quay.io"))
  }

  /// After so many repositories from which nothing could be mounted no further one is tried.
  static let mountTries = 3

  private let state: Mutex<State>

  var form: UploadForm { state.withLock { $0.form } }

  /// Goes over to a form with smaller requests, unless another upload did so already.
  ///
  /// - Parameter bytes: how many in one request were too many.
  /// - Returns: whether there is anything left to try.
  func stepDown(from form: UploadForm, tooMany bytes: Int64) -> Bool {
    guard !takesWhole else { return false }
    return state.withLock { state in
      if state.form != form, state.form.pieceSize(of: bytes) < bytes { return true }
      guard let next = form.smaller(than: bytes) else { return false }
      state.form = next
      return true
    }
  }

  /// Goes over to the form that docker uses, where a registry takes no blob in the request that ends the upload.
  ///
  /// - Returns: whether there is anything left to try.
  func refused(_ form: UploadForm, bytes: Int64) -> Bool {
    let isFirst = state.withLock { state in
      guard form == .whole else { return false }
      if state.form == .whole { state.form = .streamed }
      return true
    }
    return isFirst || stepDown(from: form, tooMany: bytes)
  }

  /// Whether an upload may be begun by asking for a mount from anywhere.
  var mayMountFromAnywhere: Bool { state.withLock { !$0.refusesOpenMounts } }

  func refusedMountFromAnywhere() { state.withLock { $0.refusesOpenMounts = true } }

  /// Whether it has let an upload begin: what it refuses after that is something of its own.
  var takesPushes: Bool { state.withLock { $0.takesPushes } }

  func beganUpload() { state.withLock { $0.takesPushes = true } }

  /// Whether the registry is a Quay, as far as its name or its first answer told.
  var isQuay: Bool { state.withLock { $0.isQuay } }

  func foundQuay() { state.withLock { $0.isQuay = true } }

  /// By what scheme and port the registry calls itself where it is reached by others; nil where it does not.
  var otherOrigin: HTTPOrigin? { state.withLock { $0.otherOrigin } }

  func foundOtherOrigin(_ origin: HTTPOrigin) { state.withLock { $0.otherOrigin = origin } }

  /// Whether the registry may be asked where a blob is.
  var maySearch: Bool { state.withLock { !$0.refusesSearch } }

  func refusedSearch() { state.withLock { $0.refusesSearch = true } }

  func mayMount(from repository: String) -> Bool {
    state.withLock { !$0.refusedSources.contains(repository) && $0.refusedSources.count < Self.mountTries }
  }

  func refusedMount(from repository: String) {
    state.withLock { _ = $0.refusedSources.insert(repository) }
  }
}
