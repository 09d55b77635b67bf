import DrayMessages
import ImageCopy
import ImageLists
import ImageModel
import RegistryAuth

/// The logins of another tool's file, before those that dray finds itself: each for its registry, or a path there.
struct SyncLogins: CredentialSource {
  let registries: [SyncRegistry]
  /// The file.
  let path: String
  let others: any CredentialSource

  func credential(for query: CredentialQuery) async throws -> FoundCredential? {
    let fitting = registries.filter { entry in
      entry.login != nil && "\(entry.registry)" == query.registry
        && (entry.path.isEmpty || "\(query.repository)/".hasPrefix("\(entry.path)/"))
    }
    guard let best = fitting.max(by: { $0.path.utf8.count < $1.path.utf8.count }), let login = best.login else {
      return try await others.credential(for: query)
    }
    let key = best.path.isEmpty ? query.registry : "\(query.registry)/\(best.path)"
    return FoundCredential(
      .password(username: login.username, password: login.password), from: .file(path: path, key: key))
  }

  func relevantPart(of query: CredentialQuery) -> CredentialQuery {
    let isByPath = registries.contains { $0.login != nil && !$0.path.isEmpty && "\($0.registry)" == query.registry }
    return isByPath ? query : others.relevantPart(of: query)
  }

  func places(for query: CredentialQuery) -> [CredentialPlace] { others.places(for: query) }

  func provenance(of origin: CredentialOrigin, for query: CredentialQuery) -> Provenance? {
    others.provenance(of: origin, for: query)
  }
}

extension RegistryAccess {
  /// The same with the logins of a file, and with what it says of single registries.
  func following(_ file: [SyncRegistry], of path: String, for registries: Set<RegistryName>) -> RegistryAccess {
    guard !file.isEmpty else { return self }
    var access = self
    access.login.credentials = SyncLogins(registries: file, path: path, others: login.credentials)
    for entry in file where registries.contains(entry.registry) && access.listed[entry.registry] == nil {
      let security: ListedRegistry.Security? =
        switch entry.security {
        case nil, .verified: nil
        case .unverified: .unverified
        case .plainHTTP: .plainHTTP
        }
      guard security != nil || entry.certificateFolder != nil else { continue }
      access.listed[entry.registry] = ListedRegistry(
        security: security, certificateFolder: entry.certificateFolder, provenance: entry.place)
    }
    return access
  }
}
