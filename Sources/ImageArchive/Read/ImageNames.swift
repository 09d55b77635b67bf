import FoundationEssentials
import ImageModel

/// The names that an `index.json` gives its images.
package struct ImageNames: Sendable, Hashable {
  /// Registry and repository in full: `docker.io/library/nginx`.
  let repositories: Set<String>

  /// - Throws: ``ArchiveFault/unreadableIndex``; ``ArchiveFault/byteOrderMark(name:)``.
  package init(index bytes: [UInt8]) throws(ArchiveFault) {
    do { try JSONScanner.check(bytes, numbers: .finite) } catch { throw .ofIndex(bytes) }
    guard let index = try? JSONDecoder().decode(IndexNames.self, from: Data(bytes)) else { throw .unreadableIndex }
    let names = (index.manifests ?? []).prefix(DocumentLimits.standard.indexEntries)
      .compactMap { $0.annotations?[NameAnnotation.fullName] }
    repositories = Set(names.compactMap { try? ImageReference(parsing: $0).qualifiedRepository })
  }
}

private struct IndexNames: Decodable {
  struct Entry: Decodable {
    let annotations: [String: String]?
  }

  let manifests: [Entry]?
}
