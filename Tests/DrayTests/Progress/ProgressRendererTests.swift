import BlobTransfer
import ImageCopy
import SeededRandom
import Testing

@testable import DrayMessages
@testable import dray

struct ProgressRendererTests {
  private static let blobs = [
    Samples.layer(1, size: 31_400_000, received: 31_400_000), Samples.layer(2, size: 25_400_000, received: 12_300_000),
    Samples.layer(3, size: 1_200_000_000, received: 8_300_000), Samples.layer(4, size: 602),
    Samples.config(size: 7_656),
  ]

  /// The screen after half of a pull of five blobs.
  private func screen(_ size: TerminalSize, _ language: Language) -> [String] {
    var renderer = ProgressRenderer(language: language)
    var screen = ScreenModel(size)
    for step in 0...10 {
      let blobs = Self.blobs.map { blob in
        BlobProgress(
          digest: blob.digest, kind: blob.kind, size: blob.size, received: blob.received * Int64(step) / 10)
      }
      screen.write(
        renderer.frame(Samples.progress(blobs), size: size, now: .milliseconds(step * 200)))
    }
    return screen.lines
  }

  @Test("The display is what it was, at many widths and heights, in both languages")
  func snapshots() throws {
    var text = ""
    for language in Language.allCases {
      for (columns, rows) in [
        (120, 24), (80, 24), (69, 24), (60, 24), (46, 24), (34, 24), (20, 24), (10, 24), (3, 24), (80, 4), (80, 3),
        (80, 2), (80, 1),
      ] {
        let size = TerminalSize(columns: columns, rows: rows)
        text += "\(language) \(columns)×\(rows)\n" + screen(size, language).map { "|\($0)\n" }.joined() + "\n"
      }
    }
    try Snapshot.check(text, "progress")
  }

  @Test("T083: no line is wider than the terminal, and the frame is no higher", arguments: Language.allCases)
  func fits(language: Language) {
    for columns in Array(1...72) + [80, 99, 100, 130] {
      for rows in [1, 2, 3, 4, 5, 10, 24] {
        let size = TerminalSize(columns: columns, rows: rows)
        let lines = screen(size, language)
        #expect(lines.count <= max(1, rows - 1), "\(columns)×\(rows)")
        for line in lines { #expect(DisplayWidth.of(line) <= max(0, columns - 1), "\(columns)×\(rows): \(line)") }
      }
    }
  }

  @Test("T083: a terminal that does not know its size is taken for one of 80 columns and 24 rows")
  func unknownSize() throws {
    let terminal = try Pseudoterminal(TerminalSize(columns: 0, rows: 0))
    #expect(TerminalSize(of: terminal.slave) == TerminalSize(columns: 80, rows: 24))
    terminal.resize(TerminalSize(columns: 10, rows: 5))
    #expect(TerminalSize(of: terminal.slave) == TerminalSize(columns: 10, rows: 5))
    #expect(TerminalSize(of: -1) == .fallback)
  }

  @Test("T083: after each of 100 resizes the frame stands there once, below what stood there before")
  func resizes() {
    var random = SeededRandom(seed: 83)
    var size = TerminalSize(columns: 80, rows: 24)
    var renderer = ProgressRenderer(language: .simplifiedChinese)
    var screen = ScreenModel(size)
    screen.write("$ dray\r\n")
    for step in 0..<100 {
      let blobs = Self.blobs.map { blob in
        BlobProgress(
          digest: blob.digest, kind: blob.kind, size: blob.size, received: blob.received * Int64(step) / 100)
      }
      screen.write(renderer.frame(Samples.progress(blobs), size: size, now: .milliseconds(100 * step)))
      #expect(screen.lines.first == "$ dray")
      #expect(screen.lines.count == 1 + Self.visibleLines(blobs, rows: size.rows), "step \(step)")
      size = TerminalSize(columns: .random(in: 30...130, using: &random), rows: .random(in: 36...60, using: &random))
      screen.resize(size)
    }
    screen.write(renderer.erase(size: size))
    #expect(screen.lines == ["$ dray"])
  }

  private static func visibleLines(_ blobs: [BlobProgress], rows: Int) -> Int {
    let finished = blobs.count(where: \.isFinished)
    return min(rows - 1, blobs.count - finished + (finished > 0 ? 2 : 1))
  }

  @Test("With more blobs than rows those that move are shown, and the others are counted")
  func folds() {
    var renderer = ProgressRenderer(language: .english)
    let size = TerminalSize(columns: 80, rows: 6)
    var screen = ScreenModel(size)
    var blobs = (0..<40).map { Samples.layer($0, size: 1_000_000) }
    blobs[0].received = 1_000_000
    for step in 1...10 {
      for index in [7, 20, 33] { blobs[index].received = Int64(step) * 50_000 }
      screen.write(renderer.frame(Samples.progress(blobs), size: size, now: .milliseconds(step * 200)))
    }
    #expect(screen.lines.count == 5)
    for (line, index) in zip(screen.lines, [7, 20, 33]) {
      #expect(line.hasPrefix(String(blobs[index].digest.hexadecimal.prefix(12))))
      #expect(line.contains("500.0 kB / 1.0 MB"))
      #expect(line.contains("250.0 kB/s"))
    }
    #expect(screen.lines[3] == "… 36 more, 1 of 40 done")
    #expect(screen.lines[4].hasPrefix("total"))
  }

  @Test("Ten thousand blobs are folded, and a frame stays small")
  func manyBlobs() {
    var renderer = ProgressRenderer(language: .english)
    let blobs = (0..<10_000).map { Samples.layer($0, size: 1_024, received: Int64($0 % 3) * 512) }
    let frame = renderer.frame(Samples.progress(blobs), size: TerminalSize(columns: 80, rows: 24), now: .zero)
    #expect(frame.utf8.count < 4_000)
    #expect(frame.contains("3333 of 10000 done"))
  }

  @Test("A frame moves up, never clears the screen, and is one text")
  func doesNotFlicker() {
    var renderer = ProgressRenderer(language: .english)
    let size = TerminalSize(columns: 80, rows: 24)
    let first = renderer.frame(Samples.progress(Self.blobs), size: size, now: .zero)
    let second = renderer.frame(Samples.progress(Self.blobs), size: size, now: .seconds(1))
    #expect(first.hasPrefix("\r"))
    #expect(!first.contains("\u{1B}[5A"))
    #expect(second.hasPrefix("\r\u{1B}[5A"))
    #expect(!second.contains("\u{1B}[2J"))
    #expect(!second.contains("\u{1B}[2K"))
  }

  @Test("A blob that begins anew, sizes of 0 and more bytes than promised do not disturb the display")
  func strangeNumbers() {
    var renderer = ProgressRenderer(language: .english)
    let size = TerminalSize(columns: 80, rows: 24)
    var screen = ScreenModel(size)
    for received in [500, 900, 0, 100, 2_000] as [Int64] {
      let blobs = [
        Samples.layer(1, size: 1_000, received: received), Samples.layer(2, size: 0),
        Samples.layer(3, size: .max, received: .max - 1),
      ]
      screen.write(
        renderer.frame(
          TransferProgress(elapsed: .zero, blobs: blobs, bytesFetched: received), size: size, now: .seconds(received)))
    }
    #expect(screen.lines.last?.hasPrefix("total") == true)
    #expect(screen.lines.contains("2 of 3 done"))
  }
}
