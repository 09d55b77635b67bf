/// The fields of an image config as they stand in JSON, before anything is checked.
struct ImageConfigFields: Decodable {
  var os: String?
  var architecture: String?
  var variant: String?
  var osVersion: String?
  var osFeatures: [String]?
  var created: String?
  var config: ExecutionFields?
  var rootfs: RootFileSystemFields?
  var history: [HistoryFields]?

  private enum CodingKeys: String, CodingKey {
    case os, architecture, variant, created, config, rootfs, history
    case osVersion = "os.version"
    case osFeatures = "os.features"
  }
}

struct RootFileSystemFields: Decodable {
  var diffIDs: [String]?

  private enum CodingKeys: String, CodingKey {
    case diffIDs = "diff_ids"
  }
}

struct ExecutionFields: Decodable {
  var user: String?
  var exposedPorts: [String: IgnoredValue]?
  var environment: [String?]?
  var entrypoint: CommandFields?
  var command: CommandFields?
  var volumes: [String: IgnoredValue]?
  var workingDirectory: String?
  var labels: [String: String?]?
  var stopSignal: String?

  private enum CodingKeys: String, CodingKey {
    case user = "User"
    case exposedPorts = "ExposedPorts"
    case environment = "Env"
    case entrypoint = "Entrypoint"
    case command = "Cmd"
    case volumes = "Volumes"
    case workingDirectory = "WorkingDir"
    case labels = "Labels"
    case stopSignal = "StopSignal"
  }

  var execution: ImageConfig.Execution {
    ImageConfig.Execution(
      user: user, exposedPorts: (exposedPorts ?? [:]).keys.sorted(), environment: (environment ?? []).map { $0 ?? "" },
      entrypoint: entrypoint?.words ?? [], command: command?.words ?? [], volumes: (volumes ?? [:]).keys.sorted(),
      workingDirectory: workingDirectory, labels: (labels ?? [:]).mapValues { $0 ?? "" }, stopSignal: stopSignal)
  }
}

/// A command line: a list of words, or one string, which Docker takes too.
struct CommandFields: Decodable {
  let words: [String]

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let word = try? container.decode(String.self) {
      words = [word]
    } else {
      // Go, which engines decode it with, takes null for an empty text.
      words = try container.decode([String?].self).map { $0 ?? "" }
    }
  }
}

struct HistoryFields: Decodable {
  var created: String?
  var createdBy: String?
  var author: String?
  var comment: String?
  var emptyLayer: Bool?

  private enum CodingKeys: String, CodingKey {
    case created, author, comment
    case createdBy = "created_by"
    case emptyLayer = "empty_layer"
  }

  var entry: ImageConfig.HistoryEntry {
    ImageConfig.HistoryEntry(
      created: created, createdBy: createdBy, author: author, comment: comment, isEmptyLayer: emptyLayer ?? false)
  }
}
