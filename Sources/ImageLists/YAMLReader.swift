import CYaml

/// Reads the documents of a YAML stream, event by event: nothing of it is nested deeper than the limit.
struct YAMLReader {
  struct Limits {
    var depth = 128
    var values = 1_000_000
  }

  private let limits: Limits
  private var roots: [YAMLNode] = []
  private var open: [Open] = []
  private var anchors: [String: YAMLNode] = [:]
  private var count = 0

  /// A sequence or a mapping whose end has not come.
  private struct Open {
    let node: YAMLNode
    let isMapping: Bool
    var values: [YAMLNode] = []
  }

  private init(_ limits: Limits) { self.limits = limits }

  /// - Returns: the root of each document.
  static func read(_ bytes: [UInt8], limits: Limits = Limits()) throws(ImageListError) -> [YAMLNode] {
    var reader = YAMLReader(limits)
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { throw ImageListError(.yaml(problem: "no memory"), line: nil) }
    defer { yaml_parser_delete(&parser) }
    var failure: ImageListError?
    bytes.withUnsafeBufferPointer { buffer in
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      do { try reader.read(&parser) } catch { failure = error as? ImageListError }
    }
    if let failure { throw failure }
    return reader.roots
  }

  private mutating func read(_ parser: inout yaml_parser_t) throws {
    var isAtEnd = false
    while !isAtEnd {
      var event = yaml_event_t()
      guard yaml_parser_parse(&parser, &event) == 1 else {
        let problem = parser.problem.map { String(cString: $0) } ?? "cannot be read"
        throw ImageListError(.yaml(problem: problem), line: Int(parser.problem_mark.line) + 1)
      }
      defer { yaml_event_delete(&event) }
      isAtEnd = event.type == YAML_STREAM_END_EVENT
      try take(event)
    }
  }

  private mutating func take(_ event: yaml_event_t) throws(ImageListError) {
    let line = Int(event.start_mark.line) + 1
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: anchors = [:]
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let node = YAMLNode(.scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), line: line)
      node.place = Self.place(of: event)
      try place(node, anchor: scalar.anchor)
    case YAML_ALIAS_EVENT:
      let name = event.data.alias.anchor.map { Self.text($0) } ?? ""
      guard let node = anchors[name] else {
        throw ImageListError(.yaml(problem: "the anchor '\(name)' is not known"), line: line)
      }
      // A value within itself is nested without end.
      guard node.height > 0, open.count + node.height <= limits.depth else {
        throw ImageListError(.tooDeep(limit: limits.depth), line: line)
      }
      try place(node, anchor: nil)
    case YAML_SEQUENCE_START_EVENT:
      try begin(YAMLNode(.sequence([]), line: line), isMapping: false, anchor: event.data.sequence_start.anchor)
    case YAML_MAPPING_START_EVENT:
      try begin(YAMLNode(.mapping([]), line: line), isMapping: true, anchor: event.data.mapping_start.anchor)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: end()
    default: break
    }
  }

  private static func place(of event: yaml_event_t) -> ScalarPlace? {
    guard event.start_mark.line == event.end_mark.line, event.start_mark.index < event.end_mark.index else {
      return nil
    }
    let range = Int(event.start_mark.index)..<Int(event.end_mark.index)
    return switch event.data.scalar.style {
    case YAML_PLAIN_SCALAR_STYLE: ScalarPlace(range: range, quote: "")
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: ScalarPlace(range: range, quote: "'")
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: ScalarPlace(range: range, quote: "\"")
    default: nil
    }
  }

  private static func text(_ bytes: UnsafePointer<UInt8>) -> String { String(cString: bytes) }

  private mutating func begin(
    _ node: YAMLNode, isMapping: Bool, anchor: UnsafePointer<UInt8>?
  ) throws(ImageListError) {
    guard open.count < limits.depth else { throw ImageListError(.tooDeep(limit: limits.depth), line: node.line) }
    try place(node, anchor: anchor)
    open.append(Open(node: node, isMapping: isMapping))
  }

  private mutating func end() {
    guard let ended = open.popLast() else { return }
    ended.node.height = 1 + (ended.values.lazy.map(\.height).max() ?? 0)
    guard ended.isMapping else {
      ended.node.content = .sequence(ended.values)
      return
    }
    let pairs = stride(from: 0, to: ended.values.count - 1, by: 2)
    ended.node.content = .mapping(pairs.map { (ended.values[$0], ended.values[$0 + 1]) })
  }

  private mutating func place(_ node: YAMLNode, anchor: UnsafePointer<UInt8>?) throws(ImageListError) {
    count += 1
    guard count <= limits.values else { throw ImageListError(.tooManyValues(limit: limits.values), line: node.line) }
    if let anchor { anchors[Self.text(anchor)] = node }
    if open.isEmpty { roots.append(node) } else { open[open.count - 1].values.append(node) }
  }
}
