import HTTPAccess
import ImageModel

/// Why a registry did not take what was pushed to it.
public enum UploadFailure: Sendable, Hashable {
  /// Harbor has no such project; elsewhere a repository must be made before it is pushed to.
  case nameMissing(host: String, repository: String)
  /// Harbor has no such project, and whoever pushes may not make one.
  case projectNotMade(host: String, project: String)
  /// Whoever pushes may not do that there.
  case denied(host: String, repository: String)
  /// What is stored there may not become more.
  case quotaExceeded(host: String)
  /// The repository is a copy of another registry's, and only that is written to (Harbor's proxy cache).
  case readOnly(host: String, repository: String)
  /// The registry takes no pushes at all (405, UNSUPPORTED).
  case pushNotOffered(host: String)
  /// The tag may not be given to another image, nor to the same one again.
  case tagImmutable(String)
  /// Not even the smallest piece gets through: something before the registry has a limit for a request.
  case tooLarge(host: String, bytes: Int64)
  /// The upload that was begun is not known any more.
  case sessionLost(host: String)
  /// The registry is removing this very blob, and takes it again once that is done (Harbor's garbage collection).
  case beingCollected(Digest, host: String)
  /// The registry wants the bytes at an address where they do not go.
  case locationRefused(from: String, UploadLocationRefusal)
  /// The registry says that it has something else than what was sent.
  case digestDiffers(expected: Digest, found: Digest)
  /// The registry said yes, and does not have it.
  case notStored(Digest)
  /// The manifest is of a kind, or in a form, that the registry does not take.
  case manifestRefused(status: Int)
  /// The manifest has so many bytes, which are too many for the registry or for what stands before it.
  case manifestTooLarge(Digest, bytes: Int64, host: String, status: Int)
  /// The manifest is not taken, and has layers in zstd, which Nexus does not know.
  case zstdRefused(host: String, status: Int)
  /// The manifest is not taken, and is that of an artifact of this type, such as a signature.
  case artifactRefused(MediaType, host: String, status: Int)
  /// The registry takes no attestations (Aliyun's personal edition): their config is of a kind that it does not know.
  case attestationsRefused(host: String)
  /// The registry takes no index of OCI's format (Huawei's SWR).
  case wantsDockerFormat(host: String)
  /// The registry takes OCI's media types alone (zot without `compat`).
  case wantsOCIFormat(host: String)
  /// The registry says that blobs or manifests are missing that the manifest names.
  case contentMissing

  var isTransient: Bool {
    switch self {
    case .sessionLost, .beingCollected: true
    default: false
    }
  }

  var failureClass: FailureClass {
    switch self {
    case .nameMissing: .notFound
    case .denied, .projectNotMade: .authentication
    case .quotaExceeded, .readOnly, .pushNotOffered, .tagImmutable, .tooLarge, .locationRefused: .refused
    case .sessionLost, .beingCollected: .network
    case .digestDiffers, .notStored, .contentMissing: .integrity
    case .manifestRefused, .manifestTooLarge, .zstdRefused, .artifactRefused, .attestationsRefused, .wantsDockerFormat,
      .wantsOCIFormat:
      .unsupported
    }
  }
}

extension UploadFailure {
  /// What a refusal means, as far as its words tell: registries have one status for many reasons.
  ///
  /// - Parameter words: of the answer, code and message together.
  /// - Returns: nil where the status says all there is.
  init?(status: Int, words: [String], host: String, repository: String, tag: String? = nil) {
    let text = words.joined(separator: "\n").lowercased()
    let says = { (parts: String...) in parts.contains { text.contains($0) } }
    switch status {
    case 400, 403, 409, 412:
      if let tag, says("immutable", "tagalreadyexists", "delete/overwrite") {
        self = .tagImmutable(tag)
        return
      }
    default: break
    }
    switch status {
    // Harbor: "project x not found". Others: NAME_UNKNOWN, and ECR's sentence.
    case 401, 403, 404:
      if says("project \(repository.prefix { $0 != "/" }) not found".lowercased(), "name_unknown")
        || says("repository with name")
      {
        self = .nameMissing(host: host, repository: repository)
      } else if status != 404, says("proxy project") {
        self = .readOnly(host: host, repository: repository)
      } else if status != 404, says("storage resource", "quota") {
        self = .quotaExceeded(host: host)
      } else if status == 403, says("denied", "unauthorized", "push", "permission") {
        self = .denied(host: host, repository: repository)
      } else {
        return nil
      }
    case 412 where says("storage resource", "quota"): self = .quotaExceeded(host: host)
    default: return nil
    }
  }

  /// What a registry wants that refuses a manifest, as far as its words and the manifest tell.
  init?(refused manifest: Descriptor, _ bytes: [UInt8], status: Int, words: [String], host: String) {
    let type = manifest.mediaType
    let text = words.joined(separator: "\n").lowercased()
    if text.contains("unknown manifest class") {
      self = .attestationsRefused(host: host)
    } else if status == 400, text.contains("parse 'manifest.json'") {
      self = .wantsDockerFormat(host: host)
    } else if status == 415, [.dockerManifest, .dockerManifestList].contains(type) {
      self = .wantsOCIFormat(host: host)
      // Harbor and distribution say 400, and the reason in a part that need not be text.
    } else if status == 413 || (status == 400 && manifest.size > DocumentLimits.commonManifestBytes) {
      self = .manifestTooLarge(manifest.digest, bytes: manifest.size, host: host, status: status)
    } else if [400, 415, 422].contains(status),
      case .manifest(let manifest)? = try? ManifestDocument(parsing: bytes, contentType: type)
    {
      self.init(unexplained: manifest, status: status, host: host)
    } else {
      return nil
    }
  }

  /// What a manifest has that some registries do not take, where they give no reason.
  private init?(unexplained manifest: Manifest, status: Int, host: String) {
    if manifest.layers.contains(where: { [.ociLayerZstd, .dockerLayerZstd].contains($0.mediaType) }) {
      self = .zstdRefused(host: host, status: status)
    } else if !manifest.config.mediaType.isImageConfig {
      self = .artifactRefused(manifest.artifactType ?? manifest.config.mediaType, host: host, status: status)
    } else {
      return nil
    }
  }
}
