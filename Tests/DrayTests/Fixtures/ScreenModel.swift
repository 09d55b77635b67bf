@testable import DrayMessages
@testable import dray

/// A terminal of so many columns and rows, as far as dray uses one: text, line ends, cursor up, erasing.
///
/// It breaks long lines, as terminals do, and a change of its width breaks them anew where `reflows` says so.
struct ScreenModel {
  private struct Row {
    var cells: [Character] = []
    /// The row goes on in the next one.
    var isBroken = false
  }

  private(set) var columns: Int
  private(set) var rows: Int
  /// Everything that was ever written, what has scrolled away included.
  private var buffer: [Row] = [Row()]
  private var cursor: (row: Int, column: Int) = (0, 0)

  init(_ size: TerminalSize) {
    columns = size.columns
    rows = size.rows
  }

  /// What stands on the screen and above it, without blanks at the ends of lines.
  var lines: [String] {
    var lines: [String] = []
    for row in buffer {
      var cells = row.cells
      while cells.last == " " { cells.removeLast() }
      lines.append(String(cells.filter { $0 != "\0" }))
    }
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  mutating func write(_ text: String) {
    var rest = Substring(text)
    while let character = rest.popFirst() {
      switch character {
      case "\r\n":
        cursor.column = 0
        lineFeed()
      case "\r": cursor.column = 0
      case "\n":
        // The terminal's driver adds the carriage return.
        cursor.column = 0
        lineFeed()
      case "\u{1B}": control(&rest)
      default: put(character)
      }
    }
  }

  /// Gives the terminal another size; lines that no longer fit are broken, lines that were broken are joined.
  mutating func resize(_ size: TerminalSize) {
    (columns, rows) = (size.columns, size.rows)
    var lines: [[Character]] = []
    var cursorLine = 0
    var isContinued = false
    for (index, row) in buffer.enumerated() {
      if isContinued { lines[lines.count - 1] += row.cells } else { lines.append(row.cells) }
      isContinued = row.isBroken
      if index == cursor.row { cursorLine = lines.count - 1 }
    }
    buffer = []
    for (index, line) in lines.enumerated() {
      var rest = line[...]
      repeat {
        buffer.append(Row(cells: Array(rest.prefix(columns)), isBroken: rest.count > columns))
        rest = rest.dropFirst(columns)
      } while !rest.isEmpty
      if index == cursorLine { cursor = (buffer.count - 1, min(buffer[buffer.count - 1].cells.count, columns - 1)) }
    }
  }

  private var top: Int { max(0, buffer.count - rows) }

  private mutating func lineFeed() {
    cursor.row += 1
    if cursor.row == buffer.count { buffer.append(Row()) }
  }

  private mutating func put(_ character: Character) {
    let width = DisplayWidth.of(String(character))
    if cursor.column + width > columns {
      buffer[cursor.row].isBroken = true
      cursor.column = 0
      lineFeed()
    }
    var cells = buffer[cursor.row].cells
    while cells.count < cursor.column + width { cells.append(" ") }
    cells[cursor.column] = character
    // The second half of a wide character.
    if width == 2 { cells[cursor.column + 1] = "\0" }
    buffer[cursor.row].cells = cells
    cursor.column += width
  }

  private mutating func control(_ rest: inout Substring) {
    precondition(rest.popFirst() == "[", "an unknown escape sequence")
    var digits = ""
    while let character = rest.popFirst() {
      if character.isNumber {
        digits.append(character)
        continue
      }
      switch character {
      case "A": cursor.row = max(top, cursor.row - (Int(digits) ?? 1))
      case "K": eraseToEndOfLine()
      case "J":
        eraseToEndOfLine()
        buffer.removeSubrange((cursor.row + 1)...)
      default: preconditionFailure("an unknown escape sequence \(digits)\(character)")
      }
      return
    }
  }

  private mutating func eraseToEndOfLine() {
    buffer[cursor.row].isBroken = false
    let cells = buffer[cursor.row].cells
    buffer[cursor.row].cells = Array(cells.prefix(cursor.column))
  }
}
