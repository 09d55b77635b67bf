/// Which file of an archive lists the signatures and the like that it holds.
public enum ReferrerPlace: Sendable, Hashable {
  /// ``ReferrerList/fileName``, which no loader reads and none minds.
  case ownList
  /// `index.json`, as containerd 2.2 and Docker 29.1 write them and keep them. Others take such an entry for an image.
  case index

  /// The annotation with the digest that an entry of `index.json` is about (containerd, core/images/annotations.go).
  package static let subjectKey = "io.containerd.manifest.subject"
}
