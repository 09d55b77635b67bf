/// What a manifest describes when it is no container image.
public enum ArtifactKind: Sendable, Hashable {
  case helmChart
  /// A signature made by cosign or notation.
  case signature
  /// A statement about another image: in-toto, DSSE, a Sigstore bundle.
  case attestation
  /// A software bill of materials.
  case sbom
  case wasmModule
  /// A machine-learning model.
  case model
  /// A Cloud Native Application Bundle.
  case cnabBundle
  case dockerPlugin
  /// Something else; the type is the one that tells most about it.
  case unknown(MediaType)

  /// The kind that a media type stands for; nil where the type says nothing.
  init?(_ type: MediaType) {
    for (prefix, kind) in Self.prefixes where type.rawValue.hasPrefix(prefix) {
      self = kind
      return
    }
    return nil
  }

  /// Config, artifact and layer types by their beginnings, as the tools write them with various versions at the end.
  private static let prefixes: [(String, ArtifactKind)] = [
    ("application/vnd.cncf.helm.", .helmChart),
    ("application/vnd.dev.cosign.simplesigning.", .signature),
    ("application/vnd.dev.cosign.artifact.sig.", .signature),
    ("application/vnd.cncf.notary.signature", .signature),
    ("application/vnd.dev.cosign.artifact.sbom.", .sbom),
    ("application/vnd.dev.cosign.artifact.", .attestation),
    ("application/vnd.in-toto", .attestation),
    ("application/vnd.dsse.envelope.", .attestation),
    ("application/vnd.dev.sigstore.bundle", .attestation),
    ("application/vnd.docker.attestation.", .attestation),
    ("application/spdx", .sbom),
    ("text/spdx", .sbom),
    ("application/vnd.cyclonedx", .sbom),
    ("application/vnd.syft", .sbom),
    ("application/vnd.goharbor.harbor.sbom.", .sbom),
    ("application/wasm", .wasmModule),
    ("application/vnd.wasm.", .wasmModule),
    ("application/vnd.module.wasm.", .wasmModule),
    ("application/vnd.bytecodealliance.wasm.", .wasmModule),
    ("application/vnd.ollama.image.", .model),
    ("application/vnd.docker.ai.", .model),
    ("application/vnd.cncf.model.", .model),
    ("application/vnd.cnab.", .cnabBundle),
    ("application/vnd.docker.plugin.", .dockerPlugin),
  ]
}

extension Manifest {
  /// What the manifest describes, as far as the types in it tell; nil for a container image.
  ///
  /// An image has an image config. Cosign and BuildKit use that config too, so the layers are asked as well. Where
  /// ``isDecidedByConfig`` holds, ``artifactKind(config:)`` knows better.
  public var artifactKind: ArtifactKind? {
    if let artifactType, let kind = ArtifactKind(artifactType) { return kind }
    guard config.mediaType.isImageConfig else {
      let types = [config.mediaType] + layers.map(\.mediaType)
      return types.lazy.compactMap { ArtifactKind($0) }.first ?? .unknown(namedType)
    }
    guard let first = layers.first, !layers.contains(where: \.mediaType.isImageLayer) else { return nil }
    return layers.lazy.compactMap { ArtifactKind($0.mediaType) }.first ?? .unknown(first.mediaType)
  }

  /// Whether only the config's content tells if this is an image: the layers are an image's, and the config's type is
  /// none that is known. Registries and tools have written `application/octet-stream`, `text/html` or nothing there.
  public var isDecidedByConfig: Bool {
    guard !config.mediaType.isImageConfig, config.mediaType != .ociEmpty, ArtifactKind(config.mediaType) == nil,
      artifactType.flatMap({ ArtifactKind($0) }) == nil
    else { return false }
    return layers.isEmpty || layers.contains(where: \.mediaType.isImageLayer)
  }

  /// What the manifest describes, its config's content known; nil for a container image.
  public func artifactKind(config bytes: [UInt8]) -> ArtifactKind? {
    guard isDecidedByConfig, let config = try? ImageConfig(parsing: bytes),
      !config.diffIDs.isEmpty || config.platform != nil
    else { return artifactKind }
    return nil
  }

  /// The type that tells most about an artifact: its own, its config's, or its first layer's.
  private var namedType: MediaType {
    if let artifactType { return artifactType }
    guard config.mediaType == .ociEmpty || config.mediaType.rawValue.isEmpty, let first = layers.first else {
      return config.mediaType
    }
    return first.mediaType
  }
}
