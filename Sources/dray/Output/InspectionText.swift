import ImageModel
import ImageTransfer

/// What `dray inspect` shows to a person. Every text of the image is foreign: it stands escaped, on one line.
struct InspectionText {
  private let inspection: Inspection
  private let language: Language
  private var lines: [String] = []

  init(_ inspection: Inspection, language: Language) {
    self.inspection = inspection
    self.language = language
    lines.append(TerminalText.escapedWhole("\(inspection.reference)"))
    add(.digest, inspection.digest.description)
    add(.type, inspection.mediaType.rawValue)
    add(.platforms, inspection.platforms.map(Self.platform))
    guard let content = inspection.content else {
      if !inspection.platforms.isEmpty { lines.append(InspectPhrase.noneForThisMachine.text(language)) }
      return
    }
    if content.manifestDigest != inspection.digest { add(.manifest, content.manifestDigest.description) }
    switch content.kind {
    case .image(let config): add(config)
    case .artifact(let kind):
      add(.kind, kind.phrase.text(language))
      if let type = content.manifest.artifactType { add(.artifactType, type.rawValue) }
    }
    add(.size, "\(ByteCount(content.manifest.contentSize))")
    add(.annotations, Self.pairs(content.manifest.annotations))
    let isArtifact = if case .artifact = content.kind { true } else { false }
    add(.layers, content.manifest.layers.map { Self.layer($0, showsType: isArtifact) })
    if case .image(let config) = content.kind { add(.history, config.history.map(Self.step)) }
  }

  var text: String { lines.map { "\($0)\n" }.joined() }

  private mutating func add(_ config: ImageConfig) {
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

  private mutating func add(_ label: InspectPhrase, _ value: String?) {
    guard let value, !value.isEmpty else { return }
    lines.append("\(DisplayWidth.padded("\(label.text(language)):", to: 14)) \(TerminalText.escaped(value))")
  }

  private mutating func add(_ label: InspectPhrase, _ values: [String]) {
    guard !values.isEmpty else { return }
    lines.append("\(label.text(language)):")
    lines += values.map { "  \(TerminalText.escaped($0))" }
  }

  private static func platform(_ entry: Inspection.PlatformEntry) -> String {
    let name = DisplayWidth.padded(entry.platform?.description ?? "-", to: 16)
    let size = DisplayWidth.rightAligned(entry.size.map { "\(ByteCount($0))" } ?? "-", to: 9)
    return "\(name) \(size)  \(entry.digest)"
  }

  private static func layer(_ layer: Descriptor, showsType: Bool) -> String {
    let size = DisplayWidth.rightAligned("\(ByteCount(layer.size))", to: 9)
    return "\(size)  \(layer.digest)\(showsType ? "  \(layer.mediaType.rawValue)" : "")"
  }

  private static func step(_ step: ImageConfig.HistoryEntry) -> String {
    let what = [step.createdBy, step.comment].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " # ")
    return "\(step.created.map { "\($0.prefix(10))" } ?? "-")  \(what)"
  }

  private static func pairs(_ pairs: [String: String]) -> [String] {
    pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  /// As JSON and Dockerfiles write a command.
  private static func words(_ words: [String]) -> String? {
    guard !words.isEmpty else { return nil }
    return "[" + words.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
  }
}
