import CLibrary
import ImageCopy
import ImageModel
import MachineConfiguration
import RegistryAuth
import RegistryClient
import Synchronization
import Testing
import WatchedPrograms

@testable import DrayMessages
@testable import dray

/// A world for a command, with captured output and an engine that follows a script.
final class TestWorld: Sendable {
  typealias Script = @Sendable (PullRequest, @Sendable (PullEvent) -> Void) async throws -> PullResult

  let output: CapturedStream
  let errors: CapturedStream
  private let language: Language
  private let input: StandardInput
  private let terminal: StandardStream?
  private let variables: [String: String]
  private let script: Script
  private let signal = Mutex<TerminationSignal?>(nil)
  private let asked = Mutex<[PullRequest]>([])
  private let previewed = Mutex<[PullRequest]>([])
  private let access = Mutex<RegistryAccess?>(nil)
  private let time = Mutex(Duration.zero)
  private let isTerminalOwn: Bool
  private let matches: [ImageReference]

  /// - Parameter terminal: what stands for standard error instead of a file.
  init(
    language: Language = .english, input: Int32 = -1, terminal: Int32? = nil, variables: [String: String] = [:],
    isTerminalOwn: Bool = false, matches: [ImageReference] = [], sourceLocation: SourceLocation = #_sourceLocation,
    script: @escaping Script = { _, _ in Samples.result() }
  ) throws {
    let check = SecretCheck(environment: variables)
    output = try CapturedStream(check: check, sourceLocation: sourceLocation)
    errors = try CapturedStream(check: check, sourceLocation: sourceLocation)
    self.language = language
    self.input = StandardInput(descriptor: input)
    self.terminal = terminal.map { StandardStream(descriptor: $0) }
    self.variables = variables
    self.isTerminalOwn = isTerminalOwn
    self.matches = matches
    self.script = script
  }

  /// The requests that reached the engine.
  var requests: [PullRequest] { asked.withLock(\.self) }
  /// Those of which only a preview was wanted.
  var previewRequests: [PullRequest] { previewed.withLock(\.self) }
  /// How the engine was told to reach registries.
  var usedAccess: RegistryAccess? { access.withLock(\.self) }

  func send(_ termination: TerminationSignal) { signal.withLock { $0 = termination } }
  func advance(by duration: Duration) { time.withLock { $0 += duration } }

  func context(
    output replaced: StandardStream? = nil, access: RegistryAccess = RegistryAccess(credentials: NoCredentials())
  ) -> CommandContext {
    CommandContext(
      language: language, environment: { [variables] in variables[$0] }, input: input,
      output: replaced ?? output.stream, errors: terminal ?? errors.stream, now: { self.time.withLock(\.self) },
      signal: { self.signal.withLock(\.self) }, isTerminalOwn: isTerminalOwn,
      access: access,
      credentials: CredentialEnvironment(variables: variables, userID: 4_294_967_294),
      makePuller: { access, _ in
        self.access.withLock { $0 = access }
        return ScriptedPuller(world: self)
      })
  }

  func run(_ arguments: String...) async -> ExitCode {
    await Program.run(arguments, in: context())
  }

  /// Follows the world's script instead of pulling.
  private struct ScriptedPuller: ImagePuller {
    let world: TestWorld

    func check(_ output: PullRequest.Output) {}

    func run(
      _ request: PullRequest, observe: @escaping @Sendable (PullEvent) -> Void
    ) async throws -> PullResult {
      world.asked.withLock { $0.append(request) }
      return try await world.script(request, observe)
    }

    func preview(_ request: PullRequest, observe: @escaping @Sendable (PullWarning) -> Void) -> PullPreview {
      world.previewed.withLock { $0.append(request) }
      return Samples.preview
    }

    func images(
      matching pattern: ImagePattern, tags: [TagSelection], observe: @escaping @Sendable (PullWarning) -> Void
    ) -> [ImageReference] { world.matches }

    func measure(
      _ images: [RequestedImage], observe: @escaping @Sendable (PullWarning) -> Void
    ) -> [MeasuredImage] {
      images.enumerated().map {
        MeasuredImage(image: $0.element, outcome: .blobs([sampleDigest($0.offset): 1_000_000]))
      }
    }

    func close() {}
  }
}
