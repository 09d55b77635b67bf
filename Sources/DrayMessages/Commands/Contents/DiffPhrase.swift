import ImageContents

/// The words of `dray diff`.
package enum DiffPhrase: Phrased {
  case same
  case layers(shared: Int, old: Int, new: Int)
  case settings
  case field(ConfigDifference.Field)
  case files(added: Int, addedSize: ByteCount, changed: Int, removed: Int, removedSize: ByteCount)
  case aspect(FileDifference.Aspect)
  /// Files of which it is not known whether the shared layers have them.
  case unknown(Int)

  package var phrase: Phrase {
    switch self {
    case .same: Phrase("the images are the same", chinese: "两个镜像相同")
    case .layers(let shared, let old, let new):
      Phrase(
        "layers: \(shared) shared, \(old) only in the first, \(new) only in the second",
        chinese: "层：共有 \(shared) 个，仅第一个镜像有 \(old) 个，仅第二个镜像有 \(new) 个")
    case .settings: Phrase("config:", chinese: "配置：")
    case .field(let field): fieldPhrase(field)
    case .files(let added, let addedSize, let changed, let removed, let removedSize):
      Phrase(
        "files: \(added) added (\(addedSize)), \(changed) changed, \(removed) removed (\(removedSize))",
        chinese: "文件：新增 \(added) 个（\(addedSize)），更改 \(changed) 个，删除 \(removed) 个（\(removedSize)）")
    case .aspect(let aspect): aspectPhrase(aspect)
    case .unknown(let count):
      Phrase(
        "?: for \(count, "path") it is unknown whether the shared layers contain them: those layers were not fetched",
        chinese: "?：有 \(count) 个路径无法确定是否存在于共有的层中：未下载这些层")
    }
  }

  private func fieldPhrase(_ field: ConfigDifference.Field) -> Phrase {
    switch field {
    case .platform: Phrase("platform", chinese: "平台")
    case .user: Phrase("user", chinese: "用户")
    case .environment: Phrase("variable", chinese: "环境变量")
    case .entrypoint: Phrase("entrypoint", chinese: "入口点")
    case .command: Phrase("command", chinese: "命令")
    case .workingDirectory: Phrase("working directory", chinese: "工作目录")
    case .exposedPort: Phrase("port", chinese: "端口")
    case .volume: Phrase("volume", chinese: "数据卷")
    case .stopSignal: Phrase("stop signal", chinese: "停止信号")
    case .label: Phrase("label", chinese: "标签")
    }
  }

  private func aspectPhrase(_ aspect: FileDifference.Aspect) -> Phrase {
    switch aspect {
    case .type: Phrase("type", chinese: "类型")
    case .mode: Phrase("mode", chinese: "权限")
    case .owner: Phrase("owner", chinese: "属主")
    case .link: Phrase("link", chinese: "链接目标")
    case .size: Phrase("size was", chinese: "原大小")
    case .content: Phrase("content", chinese: "内容")
    case .attributes: Phrase("extended attributes", chinese: "扩展属性")
    }
  }
}
