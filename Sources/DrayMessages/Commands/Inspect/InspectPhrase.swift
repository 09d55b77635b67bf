/// The labels of what `dray inspect` shows.
package enum InspectPhrase: Phrased, CaseIterable {
  case digest, type, platforms, noneForThisMachine, manifest, kind, artifactType, platform, created, size
  case user, workingDirectory, entrypoint, command, ports, volumes, stopSignal, environment, labels, annotations
  case layers, history
  // Of an archive
  case form, faults, images, image, artifacts, referrers

  package var phrase: Phrase {
    switch self {
    case .digest: Phrase("digest", chinese: "摘要")
    case .type: Phrase("type", chinese: "类型")
    case .platforms: Phrase("platforms", chinese: "平台列表")
    case .noneForThisMachine:
      Phrase(
        "There is no image for this machine's platform; use --platform to show another.",
        chinese: "没有适用于本机平台的镜像；可用 --platform 查看其他平台。")
    case .manifest: Phrase("manifest", chinese: "清单")
    case .kind: Phrase("not an image", chinese: "不是镜像，而是")
    case .artifactType: Phrase("artifact type", chinese: "制品类型")
    case .platform: Phrase("platform", chinese: "平台")
    case .created: Phrase("created", chinese: "创建时间")
    case .size: Phrase("size", chinese: "大小")
    case .user: Phrase("user", chinese: "用户")
    case .workingDirectory: Phrase("working dir", chinese: "工作目录")
    case .entrypoint: Phrase("entrypoint", chinese: "入口")
    case .command: Phrase("command", chinese: "命令")
    case .ports: Phrase("ports", chinese: "端口")
    case .volumes: Phrase("volumes", chinese: "卷")
    case .stopSignal: Phrase("stop signal", chinese: "停止信号")
    case .environment: Phrase("environment", chinese: "环境变量")
    case .labels: Phrase("labels", chinese: "标签")
    case .annotations: Phrase("annotations", chinese: "注解")
    case .layers: Phrase("layers", chinese: "层")
    case .history: Phrase("history", chinese: "构建历史")
    case .form: Phrase("form", chinese: "格式")
    case .faults: Phrase("damaged", chinese: "损坏之处")
    case .images: Phrase("images", chinese: "镜像列表")
    case .image: Phrase("image", chinese: "镜像")
    case .artifacts: Phrase("not images", chinese: "非镜像内容")
    case .referrers: Phrase("referrers", chinese: "签名等附属内容")
    }
  }
}
