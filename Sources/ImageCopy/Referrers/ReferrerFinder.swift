import ImageArchive
import ImageModel
import MachineConfiguration
import RegistryClient
import Waiting

/// Finds what refers to an image: by the registry's list, by the tag that stands for one, and by cosign's tags.
package struct ReferrerFinder: Sendable {
  /// How far what refers to a referrer is followed.
  static let depth = 2
  /// Referrers of one image.
  static let limit = 1_000
  static let width = 4
  /// Of the list of a repository's tags, 1,000 tags each.
  static let pagesOfTags = 5

  let resolver: ImageResolver

  package struct Found: Sendable {
    package fileprivate(set) var referrers: [ArchivedReferrer] = []
    /// Manifests of referrers that are indexes.
    package fileprivate(set) var documents: [ImageDocument] = []
    fileprivate(set) var blobs: [Descriptor] = []
  }

  package init(resolver: ImageResolver) {
    self.resolver = resolver
  }

  /// - Parameter subjects: the digests that are asked about.
  /// - Throws: `RegistryError`; ``ResolveError``; `CancellationError`.
  package func find(_ subjects: [Digest]) async throws -> Found {
    var found = Found()
    var asked: Set<Digest> = []
    var next = subjects
    var tags: Set<String>?
    for _ in 0..<Self.depth {
      let wanted = next.filter { asked.insert($0).inserted }
      if tags == nil, wanted.count > 1 { tags = try await self.tags() }
      let answers = try await inParallel(wanted, width: Self.width) { [tags] in try await referrers(of: $0, tags) }
      next = []
      for answer in answers.flatMap(\.self) {
        // The list and the tags may both name it.
        if let index = found.referrers.firstIndex(where: { $0.document.descriptor.digest == answer.digest }) {
          let known = found.referrers[index]
          found.referrers[index] = ArchivedReferrer(
            document: known.document, subject: known.subject, tag: known.tag ?? answer.tag)
          continue
        }
        guard found.referrers.count < Self.limit else {
          throw ResolveError.tooManyReferrers(resolver.reference, limit: Self.limit)
        }
        try await add(answer, to: &found)
        next.append(answer.digest)
      }
      if next.isEmpty { break }
    }
    return found
  }

  /// A referrer that is known by its digest alone.
  private struct Entry: Sendable {
    let digest: Digest
    let subject: Digest
    var artifactType: MediaType?
    var tag: String?
  }

  /// The tags of the repository, where they are listed and not too many: one question in place of three for each manifest.
  private func tags() async throws -> Set<String>? {
    guard let origin = resolver.sources.endpoints.indices.last else { return nil }
    var limits = ListLimits()
    limits.pages = Self.pagesOfTags
    let repository = resolver.sources.endpoints[origin].repository
    do { return Set(try await resolver.sources.client(origin).tags(repository, limits: limits)) } catch is RegistryError
    {
      return nil
    }
  }

  /// - Parameter tags: of the repository; nil where they are not known.
  private func referrers(of subject: Digest, _ tags: Set<String>?) async throws -> [Entry] {
    guard let origin = resolver.sources.endpoints.indices.last else { return [] }
    // A mirror may know nothing of signatures, and say that there are none.
    let endpoint = resolver.sources.endpoints[origin]
    let client = try await resolver.sources.client(origin)
    let listed = try await listed(of: subject, client, endpoint)
    let wanted = ReferrerTag.cosign(subject).filter { tags?.contains($0) ?? true }
    let signatures = try await inParallel(wanted, width: Self.width) { tag in
      try await tagged(tag, client, endpoint).map { Entry(digest: $0.0.digest, subject: subject, tag: tag) }
    }
    return listed + signatures.compactMap(\.self)
  }

  private func listed(
    of subject: Digest, _ client: EndpointClient, _ endpoint: PullEndpoint
  ) async throws -> [Entry] {
    if let listed = try await client.referrers(endpoint.repository, of: subject) {
      return listed.map { Entry(digest: $0.digest, subject: subject, artifactType: $0.artifactType) }
    }
    guard let (_, document) = try await tagged(ReferrerTag.schema(subject), client, endpoint),
      case .index(let index) = document
    else { return [] }
    return index.manifests.map { Entry(digest: $0.digest, subject: subject, artifactType: $0.artifactType) }
  }

  /// What a tag stands for; nil where there is no such tag.
  private func tagged(
    _ tag: String, _ client: EndpointClient, _ endpoint: PullEndpoint
  ) async throws -> (FetchedManifest, ManifestDocument)? {
    do {
      let fetched = try await client.manifest(endpoint.repository, .tag(tag))
      let document = try ManifestDocument(
        parsing: fetched.bytes, contentType: fetched.contentType, limits: resolver.limits)
      return (fetched, document)
    } catch let error as RegistryError {
      guard error.failureClass == .notFound else { throw error }
      return nil
    } catch let error as ManifestError {
      throw ResolveError.manifest(resolver.reference, error)
    }
  }

  private func add(_ entry: Entry, to found: inout Found) async throws {
    let document = try await resolver.document(.digest(entry.digest))
    var archived = document.archived
    var descriptor = archived.descriptor
    descriptor.artifactType = entry.artifactType
    archived = .init(descriptor: descriptor, bytes: archived.bytes)
    found.referrers.append(ArchivedReferrer(document: archived, subject: entry.subject, tag: entry.tag))
    switch document.content {
    case .manifest(let manifest): found.blobs += [manifest.config] + manifest.layers
    case .index(let index):
      for child in index.manifests.prefix(Self.limit) {
        let part = try await resolver.document(.digest(child.digest))
        guard case .manifest(let manifest) = part.content else { continue }
        found.documents.append(part.archived)
        found.blobs += [manifest.config] + manifest.layers
      }
    }
  }
}

extension ResolvedReference {
  /// The reference with the referrers of the image, its index and its platforms.
  func withReferrers(by resolver: ImageResolver) async throws -> ResolvedReference {
    guard requested.bringsReferrers else { return self }
    var all = self
    let subjects = [top.descriptor.digest] + images.map(\.manifestDigest)
    let found = try await ReferrerFinder(resolver: resolver).find(subjects)
    all.referrers = found.referrers
    all.documents += found.documents
    all.blobs += found.blobs
    // What a signature of the tag is about must be there too.
    if !keepsIndex, image.isOfIndex, found.referrers.contains(where: { $0.subject == top.descriptor.digest }) {
      all.documents.append(top)
    }
    return all
  }
}
