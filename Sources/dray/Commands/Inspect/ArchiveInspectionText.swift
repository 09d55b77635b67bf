import ArchiveTools
import DrayMessages
import ImageArchive
import ImageCopy
import ImageModel

/// What `dray inspect` shows to a person of an archive: what it holds, and all about one image of it.
struct ArchiveInspectionText {
  let text: String

  init(_ inspection: ArchiveInspection, language: Language) {
    var lines = InspectionLines(language)
    let archive = inspection.archive
    lines.add(line: TerminalText.escapedWhole(archive.path.string))
    lines.add(.form, ArchiveInspectPhrase.form(archive).text(language))
    lines.add(.faults, archive.faults.map { $0.phrase(of: archive.path).text(language) })
    lines.add(.annotations, InspectionLines.pairs(archive.annotations))
    lines.add(.images, inspection.groups.flatMap { Self.group($0, language) })
    lines.add(.artifacts, archive.artifacts.map { "\($0.descriptor.digest)  \($0.descriptor.mediaType)" })
    lines.add(.referrers, Self.referrers(archive.referrers))
    if let content = inspection.content {
      Self.add(content, of: archive, to: &lines)
    } else if let group = inspection.groups.first {
      lines.add(
        line: inspection.groups.count > 1
          ? ArchiveInspectPhrase.nameOne(group.names.first ?? group.digest?.description ?? "").text(language)
          : InspectPhrase.noneForThisMachine.text(language))
    }
    text = lines.text
  }

  /// A line for each kind, and how many of it there are.
  private static func referrers(_ referrers: [ArchivedReferrer]) -> [String] {
    var kinds: [String] = []
    for kind in referrers.map(\.kind) where !kinds.contains(kind) { kinds.append(kind) }
    return kinds.map { kind in "\(referrers.count { $0.kind == kind })  \(kind)" }
  }

  /// A line for each name, and one for each platform below.
  private static func group(_ group: ArchiveInspection.Group, _ language: Language) -> [String] {
    let names = group.names.isEmpty ? ["-"] : group.names
    let digest = group.digest.map { "  \($0)" } ?? ""
    return names.map { $0 + digest } + group.platforms.map { "  \(platform($0, of: group, language))" }
  }

  private static func platform(
    _ entry: ArchiveInspection.PlatformEntry, of group: ArchiveInspection.Group, _ language: Language
  ) -> String {
    let name = DisplayWidth.padded(entry.platform?.description ?? "-", to: 14)
    let size = DisplayWidth.rightAligned("\(ByteCount(entry.size))", to: 9)
    let digest = entry.digest.flatMap { $0 == group.digest ? nil : "  \($0)" } ?? ""
    let missing = entry.missing == 0 ? "" : "  \(ArchiveInspectPhrase.missing(entry.missing).text(language))"
    return "\(name) \(size)\(digest)\(missing)"
  }

  private static func add(
    _ content: ArchiveInspection.Content, of archive: StoredArchive, to lines: inout InspectionLines
  ) {
    lines.add(.image, content.image.label)
    lines.add(.manifest, content.image.document?.descriptor.digest.description)
    if let config = content.config { lines.add(config) }
    lines.add(.size, "\(ByteCount(content.size))")
    lines.add(.annotations, InspectionLines.pairs(content.image.manifest?.annotations ?? [:]))
    lines.add(.layers, content.layers.map { layer($0, lines.language) })
    if let config = content.config { lines.add(config.history) }
  }

  private static func layer(_ layer: ArchiveInspection.Layer, _ language: Language) -> String {
    let size = DisplayWidth.rightAligned(layer.size.map { "\(ByteCount($0))" } ?? "-", to: 9)
    let state = layer.compression ?? ArchiveInspectPhrase.missingLayer.text(language)
    return "\(size)  \(DisplayWidth.padded(state, to: 7))  \(layer.digest?.description ?? layer.memberName)"
  }
}

extension ArchivedReferrer {
  /// What it is: its artifact type; of one that has a tag of cosign's, what that says.
  fileprivate var kind: String {
    let descriptor = document.descriptor
    if let type = descriptor.artifactType { return type.rawValue }
    if let tag, let suffix = tag.split(separator: ".").last { return "cosign .\(suffix)" }
    return descriptor.mediaType.rawValue
  }
}
