import BlobTransfer
import DrayMessages
import ImageCopy

/// How far a command is, as text for standard error: redrawn in place where the cursor can be moved, else a line now and
/// then.
///
/// A value: it says what to write next, and is tested without a terminal.
struct ProgressText: Sendable {
  private let isInPlace: Bool
  private var renderer: ProgressRenderer
  private var lines: PlainProgress

  init(language: Language, isInPlace: Bool) {
    self.isInPlace = isInPlace
    renderer = ProgressRenderer(language: language)
    lines = PlainProgress(language: language)
  }

  /// What to write now; empty where nothing is due.
  mutating func next(_ progress: TransferProgress, size: TerminalSize, now: Duration) -> String {
    isInPlace
      ? renderer.frame(progress, size: size, now: now) : lines.line(progress, now: now).map { "\($0)\n" } ?? ""
  }

  /// The same of layers that are read, of which only the bytes are counted.
  mutating func next(read count: Int64, of whole: Int64, size: TerminalSize, now: Duration) -> String {
    isInPlace
      ? renderer.frame(read: count, of: whole, size: size, now: now)
      : lines.line(read: count, of: whole, now: now).map { "\($0)\n" } ?? ""
  }

  /// Takes what is drawn off the screen.
  mutating func erase(size: TerminalSize) -> String { isInPlace ? renderer.erase(size: size) : "" }
}
