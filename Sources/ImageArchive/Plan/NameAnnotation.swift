/// The annotations of an entry of `index.json` that name its image.
package enum NameAnnotation {
  /// The whole name, as containerd has it (containerd, core/images/annotations.go).
  package static let fullName = "io.containerd.image.name"
  /// The tag alone, or whatever finds the image in a layout (image-spec, annotations.md).
  package static let tag = "org.opencontainers.image.ref.name"
}
