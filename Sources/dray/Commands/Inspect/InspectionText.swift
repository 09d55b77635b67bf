import DrayMessages
import ImageCopy
import ImageModel

/// What `dray inspect` shows to a person of an image in a registry.
struct InspectionText {
  let text: String

  init(_ inspection: Inspection, language: Language) {
    var lines = InspectionLines(language)
    lines.add(line: TerminalText.escapedWhole("\(inspection.reference)"))
    lines.add(.digest, inspection.digest.description)
    lines.add(.type, inspection.mediaType.rawValue)
    lines.add(.platforms, inspection.platforms.map(Self.platform))
    if let content = inspection.content {
      Self.add(content, of: inspection, to: &lines)
    } else if !inspection.platforms.isEmpty {
      lines.add(line: InspectPhrase.noneForThisMachine.text(language))
    }
    text = lines.text
  }

  private static func add(_ content: Inspection.Content, of inspection: Inspection, to lines: inout InspectionLines) {
    if content.manifestDigest != inspection.digest { lines.add(.manifest, content.manifestDigest.description) }
    switch content.kind {
    case .image(let config): lines.add(config)
    case .artifact(let kind):
      lines.add(.kind, kind.phrase.text(lines.language))
      if let type = content.manifest.artifactType { lines.add(.artifactType, type.rawValue) }
    }
    lines.add(.size, "\(ByteCount(content.manifest.contentSize))")
    lines.add(.annotations, InspectionLines.pairs(content.manifest.annotations))
    let isArtifact = if case .artifact = content.kind { true } else { false }
    lines.add(.layers, content.manifest.layers.map { layer($0, showsType: isArtifact) })
    if case .image(let config) = content.kind { lines.add(config.history) }
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
}
