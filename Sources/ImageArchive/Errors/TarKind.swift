/// A tar file that is no image archive, and is often taken for one.
public enum TarKind: Sendable, Hashable {
  /// The files of a container or of an image, as `docker export` and `podman export` write them.
  case rootFileSystem
  /// An archive of `docker save` before 1.10: layers with a JSON file each, and `repositories`.
  case imageV1
  /// The image archive or layout stands in a folder of this name.
  case insideFolder(String)
}
