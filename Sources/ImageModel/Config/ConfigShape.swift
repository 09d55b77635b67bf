/// The fields of a config as engines decode them: Go's `encoding/json` refuses a document for one field of another type, takes
/// null for anything, and knows names in any case of letters.
indirect enum ConfigShape: Sendable {
  case text, flag, integer, time
  case texts
  /// A list of words. Docker takes one text for it, podman does not.
  case words
  case textMap
  /// An object whose members are objects that mean nothing.
  case names
  case list(ConfigShape)
  case object([Field])

  struct Field: Sendable {
    let name: String
    let shape: ConfigShape
    /// Whether podman reads it too.
    let isPodmans: Bool
  }

  /// Docker's image configuration (moby, image-spec v1.2), and what of it is the OCI's (image-spec, config.md).
  static let config = ConfigShape.object(
    both([
      ("architecture", .text), ("os", .text), ("variant", .text), ("os.version", .text), ("os.features", .texts),
      ("author", .text), ("created", .time), ("config", execution),
      ("rootfs", .object(both([("type", .text), ("diff_ids", .texts)]))), ("history", .list(step)),
    ])
      + dockers([
        ("id", .text), ("parent", .text), ("comment", .text), ("container", .text), ("docker_version", .text),
        ("container_config", execution), ("Size", .integer),
      ]))

  private static let execution = ConfigShape.object(
    both([
      ("User", .text), ("ExposedPorts", .names), ("Env", .texts), ("Entrypoint", .words), ("Cmd", .words),
      ("Volumes", .names), ("WorkingDir", .text), ("Labels", .textMap), ("StopSignal", .text), ("ArgsEscaped", .flag),
    ])
      + dockers([
        ("Hostname", .text), ("Domainname", .text), ("AttachStdin", .flag), ("AttachStdout", .flag),
        ("AttachStderr", .flag), ("Tty", .flag), ("OpenStdin", .flag), ("StdinOnce", .flag), ("Image", .text),
        ("NetworkDisabled", .flag), ("MacAddress", .text), ("OnBuild", .texts), ("StopTimeout", .integer),
        ("Shell", .words), ("Healthcheck", health),
      ]))

  private static let health = ConfigShape.object(
    dockers([
      ("Test", .texts), ("Interval", .integer), ("Timeout", .integer), ("StartPeriod", .integer),
      ("Retries", .integer),
    ]))

  private static let step = ConfigShape.object(
    both([
      ("created", .time), ("created_by", .text), ("author", .text), ("comment", .text), ("empty_layer", .flag),
    ]))

  private static func both(_ fields: [(String, ConfigShape)]) -> [Field] {
    fields.map { Field(name: $0.0, shape: $0.1, isPodmans: true) }
  }

  private static func dockers(_ fields: [(String, ConfigShape)]) -> [Field] {
    fields.map { Field(name: $0.0, shape: $0.1, isPodmans: false) }
  }
}

extension ConfigShape {
  /// What a value is not as it has to be.
  ///
  /// - Parameters:
  ///   - path: that of the value, such as `config.Env`.
  ///   - loaders: those that read it.
  func faults(of value: JSONTree, at path: String, for loaders: [ConfigFault.Loader]) -> [ConfigFault] {
    guard !value.isNull else { return [] }
    let wrong = [ConfigFault(.otherType(field: path), refusedBy: loaders)]
    switch (self, value) {
    case (.text, .literal): return value.text == nil ? wrong : []
    case (.flag, .literal(let bytes)):
      return bytes.first == UInt8(ascii: "t") || bytes.first == UInt8(ascii: "f") ? [] : wrong
    case (.integer, .literal(let bytes)): return Int64(String(decoding: bytes, as: UTF8.self)) == nil ? wrong : []
    case (.time, .literal):
      let isTime = value.text.map { ConfigTime.isValid($0) } ?? false
      return isTime ? [] : [ConfigFault(.notATime(field: path), refusedBy: loaders)]
    case (.words, .literal) where value.text != nil:
      let loaders = loaders.filter { $0 != .docker }
      return loaders.isEmpty ? [] : [ConfigFault(.otherType(field: path), refusedBy: loaders)]
    case (.texts, .array(let values)), (.words, .array(let values)):
      return values.allSatisfy { $0.isNull || $0.text != nil } ? [] : wrong
    case (.textMap, .object(let members)):
      return members.allSatisfy { $0.value.isNull || $0.value.text != nil } ? [] : wrong
    case (.names, .object(let members)): return members.allSatisfy { $0.value.isNull || $0.value.isObject } ? [] : wrong
    case (.list(let shape), .array(let values)):
      return values.enumerated().flatMap { shape.faults(of: $1, at: "\(path)[\($0)]", for: loaders) }
    case (.object(let fields), .object):
      return fields.flatMap { field -> [ConfigFault] in
        guard let value = value.member(field.name) else { return [] }
        return field.shape.faults(
          of: value, at: path.isEmpty ? field.name : "\(path).\(field.name)",
          for: field.isPodmans ? loaders : loaders.filter { $0 == .docker })
      }
    default: return wrong
    }
  }
}

extension ConfigShape {
  /// The same value with its members named as here: engines know them in any case of letters, and of several the last one.
  func named(_ value: JSONTree) -> JSONTree {
    switch (self, value) {
    case (.list(let shape), .array(let values)): return .array(values.map { shape.named($0) })
    case (.object(let fields), .object(let members)):
      var seen: Set<String> = []
      let kept = members.reversed().compactMap { member -> JSONTree.Member? in
        guard let field = fields.first(where: { member.isNamed($0.name) }) else { return member }
        guard seen.insert(field.name).inserted else { return nil }
        return JSONTree.Member(field.name, field.shape.named(member.value))
      }
      return .object(kept.reversed())
    default: return value
    }
  }
}

extension JSONTree.Member {
  /// Whether it has this name, in any case of letters.
  fileprivate func isNamed(_ other: String) -> Bool {
    name.utf8.count == other.utf8.count && name.lowercased() == other.lowercased()
  }
}

extension JSONTree {
  package var isNull: Bool { self == .literal(Array("null".utf8)) }

  var isObject: Bool { if case .object = self { true } else { false } }

  /// The value of a member by a name in any case of letters: where several have it, the last one.
  func member(_ name: String) -> JSONTree? {
    members.last { $0.isNamed(name) }?.value
  }
}
