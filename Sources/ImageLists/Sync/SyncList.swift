import ImageModel

/// What the file of another tool says about copying from registry to registry: skopeo's for `sync --src yaml`, regsync's,
/// and image-syncer's two (`images` and `auth`, also in one).
public struct SyncList: Sendable, Hashable {
  /// Something that the file says, and that makes no difference to what one run copies.
  public struct PassedOverKey: Sendable, Hashable {
    public let key: String
    /// Counts from 1.
    public let line: Int
  }

  /// The tool that the file was written for.
  public let kind: SyncTool
  /// In the order of the file. Empty where it holds logins alone.
  public internal(set) var entries: [SyncEntry] = []
  public internal(set) var registries: [SyncRegistry] = []
  public internal(set) var passedOver: [PassedOverKey] = []

  init(kind: SyncTool) { self.kind = kind }

  /// Reads a file that is one of these, which its keys tell.
  ///
  /// - Parameters:
  ///   - path: the file's, for places.
  ///   - environment: the value of a variable; nil where it has none.
  ///   - file: the text of a file that the list names (`{{file "…"}}` of regsync); nil where it cannot be read.
  /// - Returns: nil for a text that is none of them.
  public static func read(
    _ bytes: [UInt8], path: String, environment: @escaping (String) -> String?,
    file: @escaping (String) -> String? = { _ in nil }
  ) throws(ImageListError) -> SyncList? {
    guard bytes.count <= ImageList.limit else { throw ImageListError(.tooLarge(limit: ImageList.limit), line: nil) }
    let text = try ListText.read(bytes)
    guard ImageList.isYAML(text) else { return nil }
    let documents = try YAMLReader.read(Array(text.utf8))
    guard documents.count == 1, let kind = SyncTool(of: documents[0]) else { return nil }
    let values = SyncValues(path: path, environment: environment, file: file)
    return switch kind {
    case .skopeo: try SkopeoSync.read(documents[0], values)
    case .regsync: try RegsyncFile.read(documents[0], values)
    case .imageSyncer: try ImageSyncerFile.read(documents[0], values)
    }
  }
}

extension SyncTool {
  /// Nil for what is none of these files.
  init?(of root: YAMLNode) {
    let entries = root.entries.filter { $0.key.text?.hasPrefix("x-") != true }
    guard !entries.isEmpty else { return nil }
    // A list of this form is regsync's, whatever else may be wrong with it.
    if root["sync"]?.isSequence == true || root["version"] != nil && root["creds"]?.isSequence == true {
      self = .regsync
    } else if let images = root["images"], ImageSyncerFile.isRules(images), root["auth"]?.isMapping ?? true {
      self = .imageSyncer
    } else if entries.contains(where: { SkopeoSync.isRegistry($0.value) }),
      entries.allSatisfy({ $0.value.isMapping && $0.key.text.map(SkopeoSync.isRegistryName) == true })
    {
      self = .skopeo
    } else if ImageSyncerFile.isRules(root) || ImageSyncerFile.isLogins(root) {
      self = .imageSyncer
    } else {
      return nil
    }
  }
}
