import DrayMessages
import ImageModel

/// The lines with which images are shown to a person, in a registry as in an archive. Every text of an image is foreign: it
/// stands escaped, on one line.
struct InspectionLines {
  let language: Language
  private var lines: [String] = []

  init(_ language: Language) {
    self.language = language
  }

  var text: String { lines.map { "\($0)\n" }.joined() }

  /// A line of its own; whoever makes it has escaped what is foreign in it.
  mutating func add(line: String) {
    lines.append(line)
  }

  mutating func add(_ config: ImageConfig) {
    add(.platform, config.platform?.description)
    add(.created, config.created)
    guard let execution = config.execution else { return }
    add(.user, execution.user)
    add(.workingDirectory, execution.workingDirectory)
    add(.entrypoint, Self.words(execution.entrypoint))
    add(.command, Self.words(execution.command))
    add(.ports, execution.exposedPorts.isEmpty ? nil : execution.exposedPorts.joined(separator: ", "))
    add(.volumes, execution.volumes.isEmpty ? nil : execution.volumes.joined(separator: ", "))
    add(.stopSignal, execution.stopSignal)
    add(.environment, execution.environment)
    add(.labels, Self.pairs(execution.labels))
  }

  mutating func add(_ history: [ImageConfig.HistoryEntry]) {
    add(.history, history.map(Self.step))
  }

  mutating func add(_ label: InspectPhrase, _ value: String?) {
    guard let value, !value.isEmpty else { return }
    lines.append("\(DisplayWidth.padded("\(label.text(language)):", to: 14)) \(TerminalText.escaped(value))")
  }

  mutating func add(_ label: InspectPhrase, _ values: [String]) {
    guard !values.isEmpty else { return }
    lines.append("\(label.text(language)):")
    lines += values.map { "  \(TerminalText.escaped($0))" }
  }

  static func pairs(_ pairs: [String: String]) -> [String] {
    pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  private static func step(_ step: ImageConfig.HistoryEntry) -> String {
    let what = [step.createdBy, step.comment].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " # ")
    return "\(step.created.map { "\($0.prefix(10))" } ?? "-")  \(what)"
  }

  /// As JSON and Dockerfiles write a command.
  private static func words(_ words: [String]) -> String? {
    guard !words.isEmpty else { return nil }
    return "[" + words.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
  }
}
