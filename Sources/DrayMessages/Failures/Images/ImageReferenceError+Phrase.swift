import ImageLists
import ImageModel

extension ImageReferenceError: ExplainedError {
  package var phrase: Phrase {
    switch PastedCommand.image(in: text) == nil ? reason : .decorated {
    case .empty: Phrase("no image is specified", chinese: "没有指定镜像")
    case .decorated:
      Phrase("'\(text)' is more than an image reference", chinese: "“\(text)” 不只是镜像名称")
    case .imageID:
      Phrase(
        "'\(text)' is a local image ID; registries find images by name",
        chinese: "“\(text)” 是本机镜像的 ID；仓库只能按名称查找镜像")
    case .untagged:
      Phrase(
        "'\(text)' is how lists of local images show an image without a name or tag",
        chinese: "“\(text)” 是本机镜像列表对没有名称或标签的镜像的写法")
    case .registry(let host):
      Phrase("'\(text)': '\(host)' is not a valid registry address", chinese: "“\(text)”：“\(host)” 不是有效的仓库地址")
    case .webSite(let host):
      Phrase(
        "'\(text)': \(host) is the web site of Docker Hub; its registry is docker.io",
        chinese: "“\(text)”：\(host) 是 Docker Hub 的网站，它的镜像仓库是 docker.io")
    case .port(let port):
      Phrase(
        "'\(text)': the port '\(port)' is not a number from 1 to 65535",
        chinese: "“\(text)”：端口 “\(port)” 不是 1 到 65535 之间的数字")
    case .upperCase(let name):
      Phrase(
        "'\(text)': the name '\(typed(name))' has upper-case letters", chinese: "“\(text)”：镜像名 “\(typed(name))” 不能含大写字母"
      )
    case .repository(let name):
      Phrase("'\(text)': '\(typed(name))' is not a valid image name", chinese: "“\(text)”：“\(typed(name))” 不是有效的镜像名")
    case .repositoryTooLong(let limit):
      Phrase(
        "'\(text)': the name is longer than \(limit) characters", chinese: "“\(text)”：镜像名超过 \(limit) 个字符")
    case .tag(let tag):
      Phrase("'\(text)': '\(tag)' is not a valid tag", chinese: "“\(text)”：“\(tag)” 不是有效的标签")
    case .digest(let error):
      Phrase("'\(text)': \(error.phrase.english)", chinese: "“\(text)”：\(error.phrase.chinese)")
    }
  }

  /// The name without what stands in for a part that was not typed.
  private func typed(_ name: String) -> String {
    let official = "library/"
    return name.hasPrefix(official) && !text.contains(official) ? String(name.dropFirst(official.count)) : name
  }

  package var hint: Phrase? {
    if let suggestion = suggestion ?? PastedCommand.image(in: text) {
      return Phrase("probably meant: \(whole: suggestion)", chinese: "应为：\(whole: suggestion)")
    }
    return switch reason {
    case .empty: Phrase("for example: nginx:1.21.4", chinese: "例如：nginx:1.21.4")
    case .decorated:
      Phrase(
        "use the name that the page shows for docker pull, such as nginx:1.21.4",
        chinese: "请填写页面上 docker pull 所用的镜像名，例如 nginx:1.21.4")
    case .repositoryTooLong: nil
    case .imageID:
      Phrase("to pull by digest: NAME@sha256:…", chinese: "按摘要拉取请写：名称@sha256:…")
    case .untagged:
      Phrase(
        "write its digest (docker images --digests): NAME@sha256:…; an image that was never pushed is in no registry",
        chinese: "请写出其摘要（docker images --digests）：名称@sha256:…；从未推送过的镜像不在任何仓库中")
    case .webSite: Phrase("for example: docker.io/library/nginx:1.21.4", chinese: "例如：docker.io/library/nginx:1.21.4")
    case .registry(let host) where !host.utf8.allSatisfy({ $0 < 0x80 }):
      Phrase(
        "write a non-ASCII host name in its ASCII form, which begins with xn--",
        chinese: "中文等非 ASCII 域名请使用其 ASCII 形式（以 xn-- 开头）")
    case .registry, .port:
      Phrase(
        "for example: harbor.example.com:8443/team/nginx:1.21.4",
        chinese: "例如：harbor.example.com:8443/team/nginx:1.21.4")
    case .upperCase, .repository:
      Phrase(
        "a name consists of lower-case letters and digits, with '.', '_' or '-' between them, in parts separated by '/'",
        chinese: "镜像名由小写字母和数字组成，其间可用 “.”、“_”、“-”，各级用 “/” 分隔")
    case .tag:
      Phrase(
        "a tag has at most 128 letters, digits, '_', '.' and '-', and does not begin with '.' or '-'",
        chinese: "标签最多 128 个字符，可用字母、数字、“_”、“.”、“-”，且不能以 “.” 或 “-” 开头")
    case .digest:
      Phrase("a digest is sha256: and 64 digits of 0-9 and a-f", chinese: "摘要的形式为 sha256: 加 64 位 0-9、a-f")
    }
  }
}
