/// Whether engines load an image with a config: by what docker and podman check when they read it.
package struct ConfigCheck: Sendable {
  /// The most layers that Docker lays upon one another (moby, `layer.maxLayerDepth`).
  package static let dockerLayers = 125
  /// The most fields that are told of: behind them a config says nothing new.
  private static let toldFields = 20

  private let fields: [ConfigFault]
  /// How many layers `rootfs` lists; nil where there is none.
  private let diffIDs: Int?
  /// The steps of its history that made a layer.
  private let steps: Int

  /// - Parameter bytes: those of the config; nil for what is no JSON.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count <= DocumentLimits.standard.configBytes, let config = try? JSONTree(parsing: bytes) else {
      return nil
    }
    fields = Array(
      ConfigShape.config.faults(of: config, at: "", for: ConfigFault.Loader.allCases).prefix(Self.toldFields))
    let root = config.member("rootfs")
    diffIDs = root.flatMap { $0.isNull ? nil : $0.member("diff_ids").map(\.elements.count) ?? 0 }
    steps = config.member("history")?.elements.count { $0.member("empty_layer") != .literal(Array("true".utf8)) } ?? 0
  }

  /// - Parameter layers: how many the manifest lists.
  package func faults(layers: Int) -> [ConfigFault] {
    var reasons: [ConfigFault.Reason] = []
    if layers > Self.dockerLayers { reasons.append(.tooManyLayers(count: layers, limit: Self.dockerLayers)) }
    switch diffIDs {
    case nil: reasons.append(.noRootFileSystem)
    case layers?: if steps > layers { reasons.append(.historyTooLong(steps: steps, layers: layers)) }
    case 0?: reasons.append(.noDiffIDs)
    case let count?: reasons.append(.otherLayerCount(layers: layers, diffIDs: count))
    }
    return fields + reasons.map { ConfigFault($0, refusedBy: [.docker]) }
  }
}

extension JSONTree {
  fileprivate var elements: [JSONTree] {
    if case .array(let values) = self { values } else { [] }
  }
}
