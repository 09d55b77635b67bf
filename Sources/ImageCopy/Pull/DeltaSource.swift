import ImageModel

/// Something that tells what the other side has.
public enum DeltaSource: Sendable, Hashable {
  /// An archive, the first of its volumes, the folder of an image layout, or a file with a list as in ``list(_:name:)``.
  case path(String)
  /// An image in a registry, for the platform that is pulled.
  case reference(ImageReference)
  /// What `docker image inspect`, `podman image inspect` or `dray inspect --json` printed.
  case list([UInt8], name: String)
}
