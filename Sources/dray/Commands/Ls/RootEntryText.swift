import DrayMessages
import ImageContents
import ImageLayers
import ImageModel
import TarFormat

/// A line of `dray ls` about a file, as `ls -l` writes it; behind the time the number of the layer that put it there.
enum RootEntryText {
  static func line(_ entry: RootEntry) -> String {
    let size =
      switch entry.kind {
      case .characterDevice(let major, let minor), .blockDevice(let major, let minor): "\(major),\(minor)"
      default: "\(entry.size)"
      }
    var name = TerminalText.escapedWhole("/" + entry.path.text)
    if entry.kind == .symbolicLink {
      name += " -> " + TerminalText.escapedWhole(String(decoding: entry.linkTarget, as: UTF8.self))
    }
    let columns = [
      mode(entry), DisplayWidth.padded("\(entry.userID):\(entry.groupID)", to: 9),
      DisplayWidth.rightAligned(size, to: 10), FileTime.text(entry.modified),
      DisplayWidth.rightAligned("\(entry.layer + 1)", to: 3), name,
    ]
    return columns.joined(separator: " ") + "\n"
  }

  /// `-rwsr-xr-x`
  private static func mode(_ entry: RootEntry) -> String {
    var text = kind(entry.kind).letter
    for (place, special) in [(6, (0o4000, "s", "S")), (3, (0o2000, "s", "S")), (0, (0o1000, "t", "T"))] {
      let bits = Int(entry.mode) >> place & 7
      let isSpecial = Int(entry.mode) & special.0 != 0
      text += bits & 4 != 0 ? "r" : "-"
      text += bits & 2 != 0 ? "w" : "-"
      text += isSpecial ? (bits & 1 != 0 ? special.1 : special.2) : bits & 1 != 0 ? "x" : "-"
    }
    return text
  }

  /// How `ls -l` and JSON name a kind.
  static func kind(_ kind: RootEntry.Kind) -> (letter: String, name: String) {
    switch kind {
    case .file: ("-", "file")
    case .directory: ("d", "directory")
    case .symbolicLink: ("l", "symlink")
    case .pipe: ("p", "fifo")
    case .characterDevice: ("c", "char-device")
    case .blockDevice: ("b", "block-device")
    }
  }
}

/// The object of docs/json.md with which `ls` tells of a file in an archive.
struct FileRecord: Encodable {
  let event = "file"
  let path: String
  let type: String
  let mode: String
  let uid: UInt32
  let gid: UInt32
  let size: Int64
  let modified: String
  /// Counted from 1.
  let layer: Int
  let layerDigest: String
  // Left out where there is none.
  let target: String?
  let device: String?
  let links: Int?

  init(_ entry: RootEntry, of image: ReadableImage) {
    path = "/" + entry.path.text
    type = RootEntryText.kind(entry.kind).name
    mode = String(entry.mode, radix: 8)
    uid = entry.userID
    gid = entry.groupID
    size = entry.size
    modified = FileTime.text(entry.modified)
    layer = entry.layer + 1
    let owner = image.layers.indices.contains(entry.layer) ? image.layers[entry.layer] : nil
    layerDigest = owner?.name ?? ""
    target = entry.kind == .symbolicLink ? String(decoding: entry.linkTarget, as: UTF8.self) : nil
    switch entry.kind {
    case .characterDevice(let major, let minor), .blockDevice(let major, let minor): device = "\(major):\(minor)"
    default: device = nil
    }
    links = entry.kind == .file && entry.linkCount > 1 ? entry.linkCount : nil
  }
}

/// The time of a file's last change, in UTC.
enum FileTime {
  /// `2026-03-01T09:00:00Z`; seconds since 1970 for a year that does not have four digits.
  static func text(_ time: TarTime) -> String {
    // 0000-01-01 to 9999-12-31.
    guard (-62_167_219_200...253_402_300_799).contains(time.seconds) else { return "\(time.seconds)" }
    let seconds = Int(time.seconds)
    let second = ((seconds % 86_400) + 86_400) % 86_400
    // Days from 0000-03-01, so that a leap day is the last day of a year.
    let days = (seconds - second) / 86_400 + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let day = days - era * 146_097
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    let date = [
      digits(year + era * 400 + (month >= 10 ? 1 : 0), 4), digits(month < 10 ? month + 3 : month - 9, 2),
      digits(dayOfYear - (153 * month + 2) / 5 + 1, 2),
    ]
    let clock = [second / 3_600, second / 60 % 60, second % 60].map { digits($0, 2) }
    return date.joined(separator: "-") + "T" + clock.joined(separator: ":") + "Z"
  }

  private static func digits(_ number: Int, _ count: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
