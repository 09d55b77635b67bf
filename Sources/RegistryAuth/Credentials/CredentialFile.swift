import FileAccess
import ImageModel
import MachineConfiguration
import SystemPackage
import Waiting

/// A file of the form that Docker and podman share, as a place of credentials.
///
/// Of its entries, one for the repository's path counts before one for the whole registry. For the whole registry, the
/// registry's own helper in `credHelpers` is asked, else the one in `credsStore`, and then `auths` is read.
struct CredentialFile: Sendable {
  /// The longest file that is read, in bytes.
  static let sizeLimit = 8 << 20

  let path: String
  var isRequired = false
  let environment: CredentialEnvironment

  func credential(for query: CredentialQuery) async throws -> FoundCredential? {
    guard let content = try await Workers.current.run({ try content() }) else { return nil }
    let keys = CredentialKeys(query)
    if let found = try content.stored(under: keys.paths, path: path) { return found }
    if let named = content.helper(keys) {
      let helper = try CredentialHelper(name: named.name, path: path, line: content.line(of: named.setting))
      if let found = try await helper.get(named.server, environment: environment) { return found }
    }
    return try content.stored(under: keys.hosts, path: path)
  }

  /// Entries may be for a repository or a folder of them; helpers know whole registries.
  func relevantPart(of query: CredentialQuery) -> CredentialQuery {
    guard let content = try? content(), let key = CredentialKeys(query).paths.first(where: { content.holds([$0]) })
    else { return query.aboutRegistry }
    return CredentialQuery(
      registry: query.registry, repository: String(key.dropFirst(query.registry.count + 1)))
  }

  /// The file, where it is there, and the helper that it names for the registry.
  func places(for query: CredentialQuery) -> [CredentialPlace] {
    guard let content = try? content() else { return [] }
    return [.file(path: path)] + (content.helper(CredentialKeys(query)).map { [.helper(name: $0.name)] } ?? [])
  }

  /// The line of the entry's key, or of the helper's name.
  func provenance(of origin: CredentialOrigin, for query: CredentialQuery) -> Provenance? {
    guard let content = try? content() else { return nil }
    let names: [String]
    switch origin {
    case .file(path, let key): names = ["auths", key]
    case .helper(let name, let key):
      guard let helper = content.helper(CredentialKeys(query)), helper.name == name, helper.server == key else {
        return nil
      }
      names = helper.setting
    default: return nil
    }
    return .file(path: path, line: content.line(of: names))
  }

  /// - Returns: nil where there is no file, or an empty one.
  func content() throws(CredentialError) -> CredentialFileContent? {
    guard let bytes = try bytes() else { return nil }
    do { return try CredentialFileContent(parsing: bytes) } catch {
      throw .malformedFile(path: path, place: error.place, found: error.found)
    }
  }

  /// - Returns: nil where there is no file, or an empty one.
  func bytes() throws(CredentialError) -> [UInt8]? {
    let bytes: [UInt8]
    do {
      bytes = try FileDescriptor.bytes(of: FilePath(path), limit: Self.sizeLimit + 1)
      guard bytes.count <= Self.sizeLimit else { throw Errno.fileTooLarge }
    } catch let error as Errno {
      // Where a folder on the way is closed to this user, it is another's: `/run/containers` once root has run podman.
      let isAbsent =
        switch error {
        case .noSuchFileOrDirectory, .notDirectory: true
        case .permissionDenied: !FileLook.isThere(path)
        default: false
        }
      if isAbsent, !isRequired { return nil }
      throw .unreadableFile(path: path, detail: error.description)
    } catch {
      throw .unreadableFile(path: path, detail: "\(error)")
    }
    // A file that was only just made, as `--authfile <(…)` or `touch` leave it.
    return bytes.contains { $0 > 0x20 } ? bytes : nil
  }
}
