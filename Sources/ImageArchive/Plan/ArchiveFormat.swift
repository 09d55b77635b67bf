/// What an archive consists of, and so who can read it.
public enum ArchiveFormat: String, Sendable, Hashable, CaseIterable {
  /// An OCI image layout with a `manifest.json` beside it: every engine and every tool.
  case ociAndDocker = "docker+oci"
  /// An OCI image layout alone (image-spec, image-layout.md).
  case oci
  /// A `manifest.json`, configs and layers alone, for what knows nothing of layouts and takes offence at other files. It
  /// holds no manifest, so it does not keep the image's digest.
  case docker

  /// Whether it is an OCI image layout.
  public var hasLayout: Bool { self != .docker }
  /// Whether it has Docker's `manifest.json`.
  public var hasDockerManifest: Bool { self != .oci }
}
