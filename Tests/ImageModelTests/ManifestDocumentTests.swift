import ImageModel
import Testing

/// Builds manifests as text.
enum ManifestText {
  static func digest(_ number: Int) -> String { "\(Digest.hash(Array("\(number)".utf8)))" }

  static func descriptor(
    _ type: MediaType, _ number: Int = 0, digest: String? = nil, size: String = "7", more: String = ""
  ) -> String {
    #"{"mediaType":"\#(type)","digest":"\#(digest ?? Self.digest(number))","size":\#(size)\#(more)}"#
  }

  static func manifest(
    type: MediaType? = .ociManifest, config: String = descriptor(.ociImageConfig), layers: [String] = [],
    version: String = "2", more: String = ""
  ) -> String {
    let typeField = type.map { #","mediaType":"\#($0)""# } ?? ""
    return #"{"schemaVersion":\#(version)\#(typeField),"config":\#(config),"#
      + #""layers":[\#(layers.joined(separator: ","))]\#(more)}"#
  }

  static func index(type: MediaType? = .ociIndex, manifests: [String] = [], more: String = "") -> String {
    let typeField = type.map { #","mediaType":"\#($0)""# } ?? ""
    return #"{"schemaVersion":2\#(typeField),"manifests":[\#(manifests.joined(separator: ","))]\#(more)}"#
  }
}

@discardableResult
func parse(_ text: String, _ contentType: MediaType? = nil) throws(ManifestError) -> ManifestDocument {
  try ManifestDocument(parsing: Array(text.utf8), contentType: contentType)
}

@Suite("ManifestDocument")
struct ManifestDocumentTests {
  @Test("An OCI manifest is read with all its fields")
  func manifest() throws {
    let layer = ManifestText.descriptor(
      .ociNondistributableLayerGzip, 1, size: "0", more: #","urls":["https://a/b"],"annotations":{"k":"v"}"#)
    let text = ManifestText.manifest(
      layers: [layer],
      more: #","artifactType":"a/b","annotations":{"x":"y"},"subject":\#(ManifestText.descriptor(.ociManifest, 2))"#)
    guard case .manifest(let manifest) = try parse(text, .ociManifest) else {
      Issue.record("not a manifest")
      return
    }
    #expect(manifest.mediaType == .ociManifest)
    #expect(manifest.config.mediaType == .ociImageConfig)
    #expect(manifest.config.size == 7)
    #expect(manifest.layers.map(\.urls) == [["https://a/b"]])
    #expect(manifest.layers.map(\.annotations) == [["k": "v"]])
    #expect(manifest.layers.map(\.size) == [0])
    #expect(manifest.annotations == ["x": "y"])
    #expect(manifest.artifactType?.rawValue == "a/b")
    #expect(manifest.subject?.digest == Digest.hash(Array("2".utf8)))
  }

  @Test("An index is read with its platforms")
  func index() throws {
    let entries = [
      ManifestText.descriptor(
        .ociManifest, 1, more: #","platform":{"os":"linux","architecture":"arm64","variant":"v8"}"#),
      ManifestText.descriptor(
        .ociManifest, 2,
        more: #","platform":{"os":"windows","architecture":"amd64","os.version":"10.0","os.features":["win32k"]}"#),
      ManifestText.descriptor(.ociIndex, 3),
    ]
    guard case .index(let index) = try parse(ManifestText.index(manifests: entries)) else {
      Issue.record("not an index")
      return
    }
    #expect(index.manifests.map { $0.platform?.description } == ["linux/arm64", "windows/amd64", nil])
    #expect(index.manifests[1].platform?.osVersion == "10.0")
    #expect(index.manifests[1].platform?.osFeatures == ["win32k"])
  }

  @Test(
    "T063: where Content-Type names no manifest type, the body decides",
    arguments: [nil, "application/json", "text/plain", "text/html", "application/octet-stream"])
  func otherContentTypes(_ type: String?) throws {
    let contentType = type.map(MediaType.init(rawValue:))
    #expect(try parse(ManifestText.manifest(type: .dockerManifest), contentType).mediaType == .dockerManifest)
    #expect(try parse(ManifestText.manifest(type: nil), contentType).mediaType == .ociManifest)
    #expect(try parse(ManifestText.index(type: .dockerManifestList), contentType).mediaType == .dockerManifestList)
    #expect(try parse(ManifestText.index(type: nil), contentType).mediaType == .ociIndex)
  }

  @Test("Without a type in the body, Content-Type decides")
  func contentTypeDecides() throws {
    #expect(try parse(ManifestText.manifest(type: nil), .dockerManifest).mediaType == .dockerManifest)
    #expect(try parse(ManifestText.index(type: nil), .dockerManifestList).mediaType == .dockerManifestList)
    #expect(throws: ManifestError.missingField("manifests")) { try parse(ManifestText.manifest(type: nil), .ociIndex) }
    #expect(throws: ManifestError.missingField("config")) { try parse(ManifestText.index(type: nil), .ociManifest) }
  }

  @Test("T063: what is no JSON is not read as a manifest")
  func notJSON() {
    for text in ["<!DOCTYPE html><html>", " \n<html>", "\u{FEFF}<html>"] {
      #expect(throws: ManifestError.notJSON(looksLikeHTML: true)) { try parse(text) }
    }
    #expect(throws: ManifestError.notJSON(looksLikeHTML: true)) { try parse("hello", MediaType(rawValue: "text/html")) }
    for text in ["", " ", "hello", "1", "\"{}\"", "{", "[", "[1,]", #"{"schemaVersion":2"#, "\u{1F}\u{8B}"] {
      #expect(throws: ManifestError.notJSON(looksLikeHTML: false)) { try parse(text) }
    }
    #expect(ManifestError.notJSON(looksLikeHTML: true).failureClass == .network)
  }

  @Test(
    "JSON of another kind is not a manifest",
    arguments: ["{}", "[]", "[{}]", #"{"errors":[]}"#, #"{"schemaVersion":2}"#])
  func otherJSON(_ text: String) {
    #expect(throws: ManifestError.notAManifest) { try parse(text) }
    #expect(ManifestError.notAManifest.failureClass == .unsupported)
  }

  @Test("T044: a document that is manifest and index at once is refused")
  func mixtures() {
    let manifest = ManifestText.manifest(more: #","manifests":[]"#)
    let config = #"{"schemaVersion":2,"manifests":[],"config":\#(ManifestText.descriptor(.ociImageConfig))}"#
    let layers = #"{"schemaVersion":2,"manifests":[],"layers":[]}"#
    let schema1 = ManifestText.manifest(more: #","fsLayers":[]"#)
    for type: MediaType? in [nil, .ociManifest, .ociIndex] {
      #expect(throws: ManifestError.ambiguous(fields: ["config", "layers", "manifests"])) { try parse(manifest, type) }
      #expect(throws: ManifestError.ambiguous(fields: ["config", "manifests"])) { try parse(config, type) }
      #expect(throws: ManifestError.ambiguous(fields: ["layers", "manifests"])) { try parse(layers, type) }
      #expect(throws: ManifestError.ambiguous(fields: ["config", "layers", "fsLayers"])) { try parse(schema1, type) }
    }
    #expect(ManifestError.ambiguous(fields: []).failureClass == .refused)
  }

  @Test(
    "T044: Content-Type and mediaType that differ are refused",
    arguments: [MediaType.ociIndex, .dockerManifest, .dockerManifestList, .dockerManifestV1, .dockerManifestV1Signed])
  func typesDiffer(_ contentType: MediaType) {
    let expected = ManifestError.mediaTypeMismatch(contentType: contentType, mediaType: .ociManifest)
    #expect(throws: expected) { try parse(ManifestText.manifest(), contentType) }
    #expect(expected.failureClass == .refused)
  }

  @Test("T045: a body over the limit is refused")
  func tooLarge() {
    let padding = String(repeating: " ", count: DocumentLimits.standard.manifestBytes)
    #expect(throws: ManifestError.tooLarge(limit: 8 << 20)) { try parse(ManifestText.manifest() + padding) }
  }

  @Test("T045: a body at the limit is read")
  func largest() throws {
    let text = ManifestText.manifest()
    let padding = String(repeating: " ", count: DocumentLimits.standard.manifestBytes - text.utf8.count)
    #expect(try parse(text + padding).mediaType == .ociManifest)
  }

  @Test(
    "T046: hostile JSON is refused",
    arguments: [
      (#","x":"# + String(repeating: "[", count: 64) + String(repeating: "]", count: 64), JSONFault.tooDeep(limit: 64)),
      (#","schemaVersion":2"#, .duplicateKey("schemaVersion")),
      (#","\u006cayers":[]"#, .duplicateKey("layers")),
    ])
  func hostileJSON(_ more: String, _ fault: JSONFault) {
    #expect(throws: ManifestError.unsafeJSON(fault)) { try parse(ManifestText.manifest(more: more)) }
    #expect(ManifestError.unsafeJSON(fault).failureClass == .refused)
  }

  @Test("T046: nesting beyond the limit is refused, whatever it begins with", arguments: [65, 512, 100_000])
  func deepArrays(_ levels: Int) {
    let text = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    #expect(throws: ManifestError.unsafeJSON(.tooDeep(limit: 64))) { try parse(text) }
  }

  @Test("T046: nesting of 100,000 levels is refused, on a thread of the concurrency pool too")
  func deepOnTask() async {
    let text = ManifestText.manifest(more: #","x":"# + String(repeating: #"{"a":["#, count: 50_000))
    let error = await Task { () -> ManifestError? in
      do {
        try parse(text)
        return nil
      } catch let error as ManifestError { return error } catch { return nil }
    }.value
    #expect(error == .unsafeJSON(.tooDeep(limit: 64)))
  }

  @Test("T046: the deepest nesting that is allowed decodes on a thread of the concurrency pool")
  func deepestOnTask() async throws {
    let nest = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    let text = ManifestText.manifest(more: #","x":\#(nest)"#)
    let type = try await Task { try parse(text).mediaType }.value
    #expect(type == .ociManifest)
  }

  @Test(
    "T046: a size that is no natural number of 64 bits is refused",
    arguments: [
      "-1", "9223372036854775808", "1.5", "\"5\"", "1e400", "1e2", "5.0", "null", "[]", "true",
    ])
  func sizes(_ size: String) {
    let layer = ManifestText.descriptor(.ociLayerGzip, size: size)
    let error = #expect(throws: ManifestError.self) { try parse(ManifestText.manifest(layers: [layer])) }
    #expect(error?.failureClass == .refused)
  }

  @Test("T046: the error names the field")
  func fieldPaths() {
    func error(layer: String) -> ManifestError? {
      #expect(throws: ManifestError.self) {
        try parse(ManifestText.manifest(layers: [ManifestText.descriptor(.ociLayer, 9), layer]))
      }
    }
    #expect(error(layer: ManifestText.descriptor(.ociLayer, size: "-1")) == .invalidField("layers[1].size"))
    #expect(error(layer: ManifestText.descriptor(.ociLayer, size: "\"5\"")) == .invalidField("layers[1].size"))
    #expect(error(layer: "{}") == .missingField("layers[1].mediaType"))
    #expect(error(layer: "5") == .invalidField("layers[1]"))
  }

  @Test(
    "T046: a type or a platform that is long or not ASCII is refused",
    arguments: ["é", String(repeating: "x", count: 256), String(repeating: "\u{301}\u{323}", count: 1_000), "a\\u0000"])
  func tokens(_ text: String) {
    let entry = ManifestText.descriptor(
      .ociManifest, more: #","platform":{"os":"linux","architecture":"\#(text)"}"#)
    #expect(throws: ManifestError.invalidField("manifests[0].platform.architecture")) {
      try parse(ManifestText.index(manifests: [entry]))
    }
    #expect(throws: ManifestError.invalidField("mediaType")) {
      try parse(ManifestText.manifest(type: MediaType(rawValue: text)))
    }
    let layer = ManifestText.descriptor(MediaType(rawValue: text))
    #expect(throws: ManifestError.invalidField("layers[0].mediaType")) {
      try parse(ManifestText.manifest(layers: [layer]))
    }
  }

  @Test("Empty types count as missing")
  func emptyTypes() throws {
    #expect(try parse(ManifestText.manifest(type: MediaType(rawValue: ""))).mediaType == .ociManifest)
    let layer = ManifestText.descriptor(MediaType(rawValue: ""))
    #expect(throws: ManifestError.missingField("layers[0].mediaType")) {
      try parse(ManifestText.manifest(layers: [layer]))
    }
  }

  @Test("T141: null is an empty list of layers or manifests, and neither is one that is missing")
  func nullLists() throws {
    let config = ManifestText.descriptor(.ociImageConfig)
    guard case .manifest(let manifest) = try parse(#"{"schemaVersion":2,"config":\#(config),"layers":null}"#) else {
      Issue.record("no manifest")
      return
    }
    #expect(manifest.layers.isEmpty)
    guard case .index(let index) = try parse(#"{"schemaVersion":2,"manifests":null}"#, .ociIndex) else {
      Issue.record("no index")
      return
    }
    #expect(index.manifests.isEmpty)
    #expect(throws: ManifestError.missingField("layers")) { try parse(#"{"schemaVersion":2,"config":\#(config)}"#) }
    // Go writes the other list so, too.
    #expect(throws: Never.self) { try parse(ManifestText.manifest(more: #","manifests":null"#)) }
  }

  @Test("T141: a config may lack a type, and a platform that names only a system counts as none")
  func missingTypes() throws {
    let config = #"{"digest":"\#(Digest.hash([1]))","size":1}"#
    guard case .manifest(let manifest) = try parse(#"{"schemaVersion":2,"config":\#(config),"layers":[]}"#) else {
      Issue.record("no manifest")
      return
    }
    #expect(manifest.config.mediaType.rawValue.isEmpty)
    let entry = ManifestText.descriptor(.ociManifest, more: #","platform":{"os":"linux"}"#)
    guard case .index(let index) = try parse(ManifestText.index(manifests: [entry])) else {
      Issue.record("no index")
      return
    }
    #expect(index.manifests[0].platform == nil)
  }

  @Test("T046: invalid UTF-8, a byte order mark and bytes behind the end are refused")
  func encodings() {
    let text = Array(ManifestText.manifest().utf8)
    func error(_ bytes: [UInt8]) -> ManifestError? {
      #expect(throws: ManifestError.self) { try ManifestDocument(parsing: bytes, contentType: nil) }
    }
    #expect(error([0xEF, 0xBB, 0xBF] + text) == .unsafeJSON(.byteOrderMark))
    #expect(error(text + [0xFF]) == .unsafeJSON(.invalidUTF8))
    #expect(error(text + text) == .unsafeJSON(.trailingBytes(offset: text.count)))
  }

  @Test(
    "T015: a malformed digest in a config, a layer, an index child or a subject is refused",
    arguments: [
      "sha256:../../../../tmp/x", "sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e", "",
      "SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      #"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"#,
    ])
  func digests(_ digest: String) {
    let bad = ManifestText.descriptor(.ociImageConfig, digest: digest)
    let documents = [
      ("config.digest", ManifestText.manifest(config: bad)), ("layers[0].digest", ManifestText.manifest(layers: [bad])),
      ("manifests[0].digest", ManifestText.index(manifests: [bad])),
      ("subject.digest", ManifestText.manifest(more: #","subject":\#(bad)"#)),
    ]
    for (field, text) in documents {
      let error = #expect(throws: ManifestError.self) { try parse(text) }
      guard case .invalidDigest(field, _) = error else {
        Issue.record("\(String(describing: error)) instead of an invalid digest in \(field)")
        continue
      }
      #expect(error?.failureClass == .refused)
    }
  }

  @Test("T066: inline data must have the length that its descriptor says")
  func inlineData() throws {
    let right = ManifestText.descriptor(.ociImageConfig, size: "2", more: #","data":"e30=""#)
    guard case .manifest(let manifest) = try parse(ManifestText.manifest(config: right)) else { return }
    #expect(manifest.config.data == Array("{}".utf8))
    let lying = ManifestText.descriptor(.ociImageConfig, size: "3", more: #","data":"e30=""#)
    let error = ManifestError.inlineDataSize(field: "config.data", expected: 3, actual: 2)
    #expect(throws: error) { try parse(ManifestText.manifest(config: lying)) }
    #expect(error.failureClass == .integrity)
    let broken = ManifestText.descriptor(.ociImageConfig, size: "2", more: #","data":"e3""#)
    #expect(throws: ManifestError.invalidField("config.data")) { try parse(ManifestText.manifest(config: broken)) }
  }

  @Test("T067: one layer may be listed many times")
  func sameLayers() throws {
    let layer = ManifestText.descriptor(.ociLayerGzip, 1)
    guard case .manifest(let manifest) = try parse(ManifestText.manifest(layers: Array(repeating: layer, count: 5)))
    else { return }
    #expect(manifest.layers.count == 5)
  }

  @Test("T067: one digest with two sizes is refused")
  func conflictingSizes() {
    let layers = ["7", "8"].map { ManifestText.descriptor(.ociLayerGzip, 1, size: $0) }
    let error = ManifestError.conflictingSizes(Digest.hash(Array("1".utf8)))
    #expect(throws: error) { try parse(ManifestText.manifest(layers: layers)) }
    #expect(throws: error) { try parse(ManifestText.index(manifests: layers)) }
    #expect(error.failureClass == .refused)
  }

  @Test("T069: 10,000 layers or entries are read, 10,001 are refused")
  func counts() throws {
    let layers = (0...10_000).map { ManifestText.descriptor(.ociLayerGzip, $0) }
    #expect(throws: ManifestError.tooManyLayers(count: 10_001, limit: 10_000)) {
      try parse(ManifestText.manifest(layers: layers))
    }
    #expect(throws: ManifestError.tooManyIndexEntries(count: 10_001, limit: 10_000)) {
      try parse(ManifestText.index(manifests: layers))
    }
    #expect(try parse(ManifestText.manifest(layers: Array(layers.dropLast()))).mediaType == .ociManifest)
    #expect(try parse(ManifestText.index(manifests: Array(layers.dropLast()))).mediaType == .ociIndex)
    #expect(ManifestError.tooManyLayers(count: 0, limit: 0).failureClass == .refused)
  }

  @Test("T071: sizes whose sum overflows are refused, large ones are exact")
  func totals() throws {
    let huge = (1...2).map { ManifestText.descriptor(.ociLayerGzip, $0, size: "9223372036854775807") }
    #expect(throws: ManifestError.totalSizeOverflow) { try parse(ManifestText.manifest(layers: huge)) }
    let odd = ManifestText.descriptor(.ociLayerGzip, 1, size: "9007199254740993")
    guard case .manifest(let manifest) = try parse(ManifestText.manifest(layers: [odd])) else { return }
    #expect(manifest.layers.map(\.size) == [9_007_199_254_740_993])
    #expect(ManifestError.totalSizeOverflow.failureClass == .refused)
  }

  @Test("T073: schema 1 is named as such")
  func schema1() {
    let text = #"{"schemaVersion":1,"name":"a/b","tag":"1","fsLayers":[{"blobSum":"x"}],"history":[],"signatures":[]}"#
    for type: MediaType? in [.dockerManifestV1Signed, .dockerManifestV1, nil, MediaType(rawValue: "application/json")] {
      #expect(throws: ManifestError.schema1) { try parse(text, type) }
    }
    #expect(ManifestError.schema1.failureClass == .unsupported)
  }

  @Test("Documents of other types and versions are named as such")
  func otherTypes() {
    let artifact = MediaType(rawValue: "application/vnd.oci.artifact.manifest.v1+json")
    let error = ManifestError.unsupportedMediaType(artifact)
    #expect(throws: error) { try parse(#"{"mediaType":"\#(artifact)","blobs":[]}"#, artifact) }
    #expect(error.failureClass == .unsupported)
    #expect(throws: ManifestError.unsupportedSchemaVersion(3)) { try parse(ManifestText.manifest(version: "3")) }
    #expect(throws: ManifestError.missingField("schemaVersion")) { try parse(ManifestText.manifest(version: "null")) }
  }

  @Test("Limits are values that a test can shrink")
  func limits() {
    var limits = DocumentLimits.standard
    limits.layers = 1
    let layers = (0...1).map { ManifestText.descriptor(.ociLayerGzip, $0) }
    let bytes = Array(ManifestText.manifest(layers: layers).utf8)
    #expect(throws: ManifestError.tooManyLayers(count: 2, limit: 1)) {
      try ManifestDocument(parsing: bytes, contentType: nil, limits: limits)
    }
  }
}
