/// A tool that copies images by a file.
public enum SyncTool: Sendable, Hashable {
  case skopeo
  case regsync
  case imageSyncer
}
