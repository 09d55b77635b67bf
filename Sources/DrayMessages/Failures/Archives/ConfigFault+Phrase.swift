import ImageModel

/// What engines do not take of a config, as the middle of a sentence that names the image.
extension ConfigFault {
  package var phrase: Phrase {
    switch reason {
    case .noRootFileSystem: Phrase("its config has no rootfs", chinese: "配置中没有 rootfs")
    case .noDiffIDs:
      Phrase(
        "its config lacks the digests of the uncompressed layers (rootfs.diff_ids)",
        chinese: "配置中没有各层解压后的摘要（rootfs.diff_ids）")
    case .otherLayerCount(let layers, let diffIDs):
      Phrase(
        "it has \(layers, "layer"), and its config lists \(diffIDs) (rootfs.diff_ids)",
        chinese: "有 \(layers) 层，配置却列出 \(diffIDs) 层（rootfs.diff_ids）")
    case .historyTooLong(let steps, let layers):
      Phrase(
        "the history in its config lists \(steps) steps that create a layer, and there are \(layers, "layer")",
        chinese: "配置的 history 中有 \(steps) 个产生层的步骤，而只有 \(layers) 层")
    case .tooManyLayers(let count, let limit):
      Phrase("it has \(count) layers; at most \(limit) are supported", chinese: "有 \(count) 层，最多 \(limit) 层")
    case .notATime(let field):
      Phrase(
        "'\(field)' in its config is not a time such as 2026-11-29T12:00:00Z",
        chinese: "配置中的 “\(field)” 不是形如 2026-11-29T12:00:00Z 的时间")
    case .otherType(let field):
      Phrase("'\(field)' in its config has the wrong type", chinese: "配置中的 “\(field)” 类型不符")
    }
  }

  /// Who refuses it: "docker and podman refuse".
  package func loaders(_ language: Language) -> MessageText {
    let names = refusedBy.map(\.rawValue)
    return switch language {
    case .english: "\(names.joined(separator: " and ")) \(names.count == 1 ? "refuses" : "refuse")"
    case .simplifiedChinese: "\(names.joined(separator: "、")) 拒绝加载"
    }
  }

  /// Its name in `--json`.
  package var name: String {
    switch reason {
    case .noRootFileSystem: "no-rootfs"
    case .noDiffIDs: "no-diff-ids"
    case .otherLayerCount: "layers-do-not-match-config"
    case .historyTooLong: "history-too-long"
    case .tooManyLayers: "too-many-layers"
    case .notATime, .otherType: "unusable-config-field"
    }
  }
}
