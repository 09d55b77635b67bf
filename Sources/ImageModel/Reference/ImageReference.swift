/// The name of an image: registry, repository, and a tag or a digest or both.
///
/// The grammar is that of distribution/reference ("normalized names"): `nginx` is `docker.io/library/nginx:latest`.
public struct ImageReference: Sendable, Hashable {
  public let registry: RegistryName
  /// The path below the registry, such as `library/nginx`.
  public let repository: String
  public let tag: String?
  /// Where there is a digest it decides which image is meant; the tag is then only a label.
  public let digest: Digest?

  /// The longest repository, in characters.
  public static let repositoryLimit = 255

  /// Makes a reference from its parts. Without tag and digest it names a repository; no tag is filled in.
  public init(
    registry: RegistryName, repository: String, tag: String? = nil, digest: Digest? = nil
  ) throws(ImageReferenceError) {
    do { try self.init(registry: registry, checking: repository, tag: tag, digest: digest) } catch {
      let text = "\(registry)/\(repository)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
      throw ImageReferenceError(text: text, reason: error, suggestion: nil)
    }
  }

  init(
    registry: RegistryName, checking repository: String, tag: String?, digest: Digest?
  ) throws(ImageReferenceError.Reason) {
    guard ReferenceGrammar.isRepository(repository) else {
      throw repository.utf8.contains(where: \.isUpperCaseLetter) ? .upperCase(repository) : .repository(repository)
    }
    guard repository.utf8.count <= Self.repositoryLimit else {
      throw .repositoryTooLong(limit: Self.repositoryLimit)
    }
    if let tag, !ReferenceGrammar.isTag(tag) { throw .tag(tag) }
    self.registry = registry
    self.repository = repository
    self.tag = tag
    self.digest = digest
  }

  private init(_ reference: ImageReference, tag: String?, digest: Digest?) {
    registry = reference.registry
    repository = reference.repository
    self.tag = tag
    self.digest = digest
  }

  /// The same repository and digest with another tag.
  public func with(tag: String?) throws(ImageReferenceError) -> ImageReference {
    if let tag, !ReferenceGrammar.isTag(tag) {
      throw ImageReferenceError(text: "\(self)", reason: .tag(tag), suggestion: nil)
    }
    return ImageReference(self, tag: tag, digest: digest)
  }

  /// The same repository and tag with another digest.
  public func with(digest: Digest?) -> ImageReference {
    ImageReference(self, tag: tag, digest: digest)
  }

  /// Repository and tag as one types them to `docker run`: `nginx:1.21.4`, `harbor.example/team/nginx:1.21.4`.
  public var familiarName: String { familiarRepository + tagSuffix }

  /// Repository and tag in full: `docker.io/library/nginx:1.21.4`.
  public var qualifiedName: String { qualifiedRepository + tagSuffix }

  /// Registry and repository in full: `docker.io/library/nginx`. It parses to the same place.
  public var qualifiedRepository: String {
    // A host without dot and port is a registry only by its capitals (`REGISTRY/app`); else it would be an account
    // on Docker Hub.
    let host = "\(registry)"
    return (ReferenceGrammar.isRegistry(host) ? host : host.uppercased()) + "/" + repository
  }

  /// Registry and repository without what Docker fills in. It parses to the same place.
  public var familiarRepository: String {
    guard registry.isDockerHub else { return qualifiedRepository }
    let parts = repository.split(separator: "/")
    if parts.count == 2, parts[0] == "library", !ReferenceGrammar.isImageID(String(parts[1])) {
      return String(parts[1])
    }
    return parts.count == 1 || ReferenceGrammar.isRegistry(parts[0]) ? qualifiedRepository : repository
  }

  private var tagSuffix: String { tag.map { ":\($0)" } ?? "" }
}

extension ImageReference: CustomStringConvertible {
  /// The familiar name, with the digest where there is one.
  public var description: String { familiarName + (digest.map { "@\($0)" } ?? "") }
}
