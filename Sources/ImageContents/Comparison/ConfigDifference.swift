import ImageModel

/// A setting that is not the same in two images.
package struct ConfigDifference: Sendable, Hashable {
  package enum Field: String, Sendable, Hashable, CaseIterable {
    case platform, user, environment, entrypoint, command, workingDirectory, exposedPort, volume, stopSignal, label
  }

  package let field: Field
  /// The variable's or the label's name; nil for other fields.
  package let key: String?
  /// Nil where the first image has none.
  package let old: String?
  /// Nil where the second image has none.
  package let new: String?

  /// Everything that differs, in a fixed order.
  package static func all(_ first: ImageConfig, _ second: ImageConfig) -> [ConfigDifference] {
    let (one, other) = (first.execution, second.execution)
    var found = single(.platform, first.platform?.description, second.platform?.description)
    found += single(.user, one?.user, other?.user)
    found += keyed(.environment, variables(one), variables(other))
    found += single(.entrypoint, words(one?.entrypoint), words(other?.entrypoint))
    found += single(.command, words(one?.command), words(other?.command))
    found += single(.workingDirectory, one?.workingDirectory, other?.workingDirectory)
    found += members(.exposedPort, one?.exposedPorts, other?.exposedPorts)
    found += members(.volume, one?.volumes, other?.volumes)
    found += single(.stopSignal, one?.stopSignal, other?.stopSignal)
    found += keyed(.label, one?.labels ?? [:], other?.labels ?? [:])
    return found
  }

  /// An empty setting is none.
  private static func single(_ field: Field, _ old: String?, _ new: String?) -> [ConfigDifference] {
    let (old, new) = (old.flatMap { $0.isEmpty ? nil : $0 }, new.flatMap { $0.isEmpty ? nil : $0 })
    return old == new ? [] : [ConfigDifference(field: field, key: nil, old: old, new: new)]
  }

  private static func keyed(_ field: Field, _ old: [String: String], _ new: [String: String]) -> [ConfigDifference] {
    Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }.map {
      ConfigDifference(field: field, key: $0, old: old[$0], new: new[$0])
    }
  }

  private static func members(_ field: Field, _ old: [String]?, _ new: [String]?) -> [ConfigDifference] {
    let (old, new) = (Set(old ?? []), Set(new ?? []))
    return old.symmetricDifference(new).sorted().map {
      ConfigDifference(field: field, key: nil, old: old.contains($0) ? $0 : nil, new: new.contains($0) ? $0 : nil)
    }
  }

  /// Of two variables of one name the last one counts.
  private static func variables(_ execution: ImageConfig.Execution?) -> [String: String] {
    var variables: [String: String] = [:]
    for text in execution?.environment ?? [] {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      variables[String(parts.first ?? "")] = parts.count > 1 ? String(parts[1]) : ""
    }
    return variables
  }

  /// Words with blanks in them stay apart.
  private static func words(_ words: [String]?) -> String? {
    guard let words, !words.isEmpty else { return nil }
    return words.map { $0.isEmpty || $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
  }
}
