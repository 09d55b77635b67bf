import DrayMessages
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
