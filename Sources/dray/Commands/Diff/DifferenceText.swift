import DrayMessages
import ImageContents
import ImageLayers
import ImageModel

/// What `dray diff` shows: layers, settings and files, each with `+`, `-` or `~` before what was added, removed or changed.
struct DifferenceText {
  let difference: ImageDifference
  let language: Language

  var text: String {
    if difference.isEmpty { return DiffPhrase.same.text(language) + "\n" }
    return ([layers, config, files].filter { !$0.isEmpty }).joined(separator: "\n")
  }

  private var layers: String {
    let entries = difference.layers
    let head = DiffPhrase.layers(
      shared: entries.count { $0.side == .both }, old: entries.count { $0.side == .first },
      new: entries.count { $0.side == .second })
    let lines = entries.map { entry in
      let mark = entry.side == .both ? "=" : entry.side == .first ? "-" : "+"
      let size = DisplayWidth.rightAligned(entry.size.map { "\(ByteCount($0))" } ?? "", to: 9)
      return "  \(mark) \(size)  \(TerminalText.escapedWhole(entry.name))\n"
    }
    return head.text(language) + "\n" + lines.joined()
  }

  private var config: String {
    guard !difference.config.isEmpty else { return "" }
    return DiffPhrase.settings.text(language) + "\n" + difference.config.map(line).joined()
  }

  private func line(_ setting: ConfigDifference) -> String {
    let name =
      DiffPhrase.field(setting.field).text(language) + (setting.key.map { " " + TerminalText.escapedWhole($0) } ?? "")
    let (old, new) = (setting.old.map(TerminalText.escapedWhole), setting.new.map(TerminalText.escapedWhole))
    return switch (old, new) {
    case (let old?, let new?): "  ~ \(name): \(old) -> \(new)\n"
    case (nil, let new?): "  + \(name): \(new)\n"
    case (let old, nil): "  - \(name): \(old ?? "")\n"
    }
  }

  private var files: String {
    let files = difference.files
    guard !files.isEmpty else { return "" }
    let count = { (change: FileDifference.Change) in files.count { $0.change == change } }
    var text =
      DiffPhrase.files(
        added: count(.added), addedSize: ByteCount(size(.added, \.new)), changed: count(.changed),
        removed: count(.removed), removedSize: ByteCount(size(.removed, \.old))
      ).text(language) + "\n"
    for file in files { text += line(file) }
    if difference.isBaseUnknown, count(.unknown) > 0 {
      text += DiffPhrase.unknown(count(.unknown)).text(language) + "\n"
    }
    return text
  }

  private func size(_ change: FileDifference.Change, _ entry: KeyPath<FileDifference, RootEntry?>) -> Int64 {
    difference.files.reduce(0) { sum, file in
      file.change == change ? sum.addingReportingOverflow(file[keyPath: entry]?.size ?? 0).partialValue : sum
    }
  }

  private func line(_ file: FileDifference) -> String {
    let mark =
      switch file.change {
      case .added: "+"
      case .removed: "-"
      case .changed: "~"
      case .unknown: file.new != nil ? "+?" : file.old != nil ? "-?" : "?"
      }
    let path = TerminalText.escapedWhole("/" + file.path.text)
    return
      "  \(DisplayWidth.padded(mark, to: 2)) \(DisplayWidth.rightAligned(size(file), to: 9))  \(path)\(remark(file))\n"
  }

  private func size(_ file: FileDifference) -> String {
    guard let entry = file.new ?? file.old, entry.kind == .file else { return "" }
    return "\(ByteCount(entry.size))"
  }

  /// What has changed of a file, with its old size where that is another.
  private func remark(_ file: FileDifference) -> String {
    guard let old = file.old, file.new != nil else { return "" }
    let names = file.aspects.map { aspect in
      let name = DiffPhrase.aspect(aspect).text(language)
      return aspect == .size && old.kind == .file ? "\(name) \(ByteCount(old.size))" : name
    }
    return "  (\(names.joined(separator: ", ")))"
  }
}
