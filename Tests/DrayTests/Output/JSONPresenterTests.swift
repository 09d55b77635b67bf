import BlobTransfer
import FoundationEssentials
import ImageCopy
import ImageModel
import Testing

@testable import DrayMessages
@testable import HTTPAccess
@testable import RegistryClient
@testable import dray

struct JSONPresenterTests {
  private let size = TerminalSize.fallback
  private var presenter = JSONPresenter(image: "nginx", language: .english, usesErrors: false)

  @Test("The lines of --json are what they were, one object each")
  func snapshot() throws {
    var presenter = presenter
    let layers = [Samples.layer(1, size: 100, received: 100), Samples.layer(2, size: .max - 1_000, received: 7)]
    let blobs = layers + [Samples.config(size: 9)]
    var text = ""
    let events: [PullEvent] = [
      Samples.started([Samples.layer(1, size: 100), Samples.layer(3, size: 5), Samples.config(size: 9)]),
      .warning(.digestWins(sampleReference("nginx:1@\(Samples.digest)"))),
      .progress(TransferProgress(elapsed: .milliseconds(1_234), blobs: blobs, bytesFetched: 107)),
      .blobFinished(BlobFinished(digest: Samples.digest, kind: .layer, size: 100, origin: .resumed)),
    ]
    for event in events { text += presenter.event(event, at: .zero, size: size).output }
    text += presenter.finished(Samples.result(), size: size).output
    text += presenter.finished(Samples.result(path: nil, name: nil), size: size).output
    for path in ["nginx_1.21.4.tar", nil] { text += presenter.previewed(Samples.preview(path: path)).output }
    let request = RequestSummary(method: "GET", address: "https://harbor.example.com/v2/")
    let error = RegistryError(
      .manifestNotFound, request: request,
      answer: ServerAnswer(status: 404, words: ["MANIFEST_UNKNOWN: \"no\""], requestID: "5d0c"))
    for failure in [
      PullFailure.error(FailureReport(error)), .error(FailureReport(UsageError.emptyPassword)),
      .interrupted(.interrupt, isResumable: true), .interrupted(.terminate, isResumable: false),
    ] {
      text += presenter.failed(failure, size: size).output
    }
    try Snapshot.check(text, "json")
    for line in text.split(separator: "\n") {
      #expect(throws: Never.self) { try JSONDecoder().decode([String: AnyValue].self, from: Data(line.utf8)) }
    }
  }

  @Test("T084: --json has no character that a terminal acts on, and says the same")
  func escapes() throws {
    let evil = "\u{1B}[2J\u{9B}\u{7F}\u{202E}\u{2028}\r\n\"\\镜"
    let error = RegistryError(
      .network(.forbidden(status: 403)), answer: ServerAnswer(status: 403, words: [evil], requestID: evil))
    var presenter = JSONPresenter(image: evil, language: .simplifiedChinese, usesErrors: false)
    let text = presenter.failed(.error(FailureReport(error)), size: size).output
    #expect(text.hasSuffix("\n"))
    #expect(!text.dropLast().unicodeScalars.contains(where: TerminalText.isUnsafe))
    let fields = try JSONDecoder().decode(Fields.self, from: Data(text.utf8))
    #expect(fields.image == evil)
    #expect(fields.answer == [evil])
    #expect(fields.requestID == evil)
  }

  private struct Fields: Decodable {
    let image: String
    let answer: [String]
    let requestID: String
  }

  @Test("Where the archive goes to standard output, the objects go to standard error")
  func usesErrors() {
    var presenter = JSONPresenter(image: "nginx", language: .english, usesErrors: true)
    let presentation = presenter.finished(Samples.result(path: nil), size: size)
    #expect(presentation.output.isEmpty)
    #expect(presentation.errors.contains("\"event\":\"finished\""))
  }

  @Test("docs/json.md describes every event and every field")
  func documented() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/json.md")
    let document = String(decoding: try Data(contentsOf: path), as: UTF8.self)
    for line in Snapshot.text("json").split(separator: "\n") {
      let fields = try JSONDecoder().decode([String: AnyValue].self, from: Data(line.utf8))
      for field in fields.keys { #expect(document.contains("`\(field)`"), "\(field)") }
    }
    for event in ["started", "blob", "progress", "warning", "finished", "preview", "failed"] {
      #expect(document.contains("## `\(event)`"), "\(event)")
    }
    for failureClass in FailureClass.allCases { #expect(document.contains("`\(failureClass.name)`")) }
  }

  /// Any JSON value; whole numbers must be whole.
  private struct AnyValue: Decodable {
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() { return }
      if (try? container.decode(Int64.self)) != nil || (try? container.decode(String.self)) != nil { return }
      if (try? container.decode([String].self)) != nil { return }
      _ = try container.decode([[String: AnyValue]].self)
    }
  }
}
