import RegistryServer

/// The words of the page that `dray serve` shows: `{0}` and `{1}` stand for values that its script fills in.
package enum PageWords {
  /// By their keys.
  package static func texts(_ language: Language) -> [String: String] {
    Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0.phrase.text(language)) })
  }

  package static var rows: [Row] { frame + image + transfer + contents + upload + errors }

  package static var texts: [PageLanguage: [String: String]] {
    [.english: texts(.english), .simplifiedChinese: texts(.simplifiedChinese)]
  }

  /// A text of the page.
  package struct Row: Phrased, Sendable {
    package let key: String
    package let phrase: Phrase

    init(_ key: String, _ english: MessageText, _ chinese: MessageText) {
      self.key = key
      phrase = Phrase(english, chinese: chinese)
    }
  }

  private static let frame = [
    Row("title", "container images", "容器镜像"),
    Row("skip", "Skip to the content", "跳到正文"),
    Row("languages", "Language", "语言"),
    Row("copy", "Copy", "复制"),
    Row("copied", "Copied", "已复制"),
    Row("filter", "Filter", "筛选"),
    Row("hide", "Hide", "关闭"),
    Row("remove", "Remove", "移除"),
    Row("loading", "Loading…", "正在读取…"),
    Row(
      "no-script", "Without JavaScript this page can start downloads, and nothing else.",
      "未启用 JavaScript：本页只能直接下载，其余功能不可用。"),
    Row("footer", "Served by dray. This server is a registry as well:", "由 dray 提供服务。本服务器同时是一个镜像仓库："),
  ]

  private static let image = [
    Row("get-title", "Download an image as a file", "把镜像下载成文件"),
    Row(
      "get-lead", "One file that docker load takes. A broken download goes on where it stopped.",
      "得到一个 docker load 可以直接导入的文件；下载中断后可以续传。"),
    Row("image", "Image", "镜像"),
    Row("find", "Show", "查看"),
    Row("download", "Download", "下载"),
    Row(
      "image-hint",
      "A name, a docker pull command, an address of Docker Hub or a line of YAML; several lines make one file.",
      "镜像名、docker pull 命令、Docker Hub 网址或一行 YAML 均可；粘贴多行则合并成一个文件。"),
    Row("upstreams", "From {0}.", "来源：{0}。"),
    Row("looking", "Looking for {0} …", "正在查找 {0} …"),
    Row("reference", "Full name", "完整名称"),
    Row("digest", "Digest", "摘要"),
    Row("platform", "Platform", "平台"),
    Row("choose-platform", "Choose a platform: there is none of the usual one.", "没有默认平台的镜像，请选择一个平台。"),
    Row("available", "There is:", "可用的有："),
    Row("layers", "Layers ({0})", "层（{0}）"),
    Row("tags", "Other tags", "其他标签"),
    Row("tags-shown", "{0} of {1}", "显示 {0} 个，共 {1} 个"),
    Row("form", "For", "用于"),
    Row("form-docker+oci", "any engine", "任意引擎"),
    Row("form-docker", "Docker before version 25 (docker save)", "Docker 25 之前（docker save 格式）"),
    Row("form-oci", "tools that want an OCI layout", "需要 OCI 布局的工具"),
    Row("download-size", "Download {0}", "下载 {0}"),
    Row("add", "Add to one file", "加入合并下载"),
    Row("added", "{0} added", "已加入 {0}"),
    Row("commands", "Commands: download, and what to do with the file", "命令：下载，以及导入文件"),
    Row("resume", "Download that can be resumed", "可续传的下载"),
    Row("together", "Several images in one file", "多个镜像合成一个文件"),
    Row("together-platform", "All for {0}", "平台均为 {0}"),
    Row("download-together", "Download {0} together", "合并下载 {0} 个"),
    Row("history", "Before:", "最近："),
    Row("forget", "Forget", "清除"),
  ]

  private static let transfer = [
    Row("download-began", "Download of {0} begins", "开始下载 {0}"),
    Row("progress-of", "Progress of {0}", "{0} 的进度"),
    Row("of", "{0} of {1}", "已完成 {0}，共 {1}"),
    Row("left", "{0} left", "剩余 {0}"),
    Row("each-layer", "Each layer", "各层进度"),
    Row("state-waiting", "The server is preparing the file", "服务器正在准备文件"),
    Row("state-running", "The server is sending", "服务器正在发送"),
    Row("state-complete", "Sent completely", "已全部发送"),
    Row(
      "state-cut", "The connection broke: resume in the browser's list of downloads",
      "连接已中断：请在浏览器的下载列表中继续"),
    Row("state-lost", "The server knows nothing of this download any more", "服务器已没有该下载的记录"),
    Row("state-away", "The server does not answer", "服务器无响应"),
  ]

  private static let contents = [
    Row("here-title", "Images on this server", "本服务器上的镜像"),
    Row(
      "here-lead", "Any engine can pull them from here, and each can be downloaded as a file.",
      "任何容器引擎都可以从这里拉取，也可以下载成文件。"),
    Row(
      "here-cut", "Without JavaScript only the first {0} are listed.", "未启用 JavaScript 时只列出前 {0} 个。"),
    Row("none-here", "There are none yet.", "还没有镜像。"),
    Row("none-fit", "None fits.", "没有匹配的镜像。"),
    Row("tag-count", "tags: {0}", "标签 {0} 个"),
    Row("clients", "Set up Docker, containerd, k3s, Podman", "配置 Docker、containerd、k3s、Podman"),
    Row(
      "clients-lead", "With this a client takes its images from here, under their usual names.",
      "这样配置后，客户端用原来的镜像名即可从这里拉取。"),
    Row("client", "Client", "客户端"),
    Row("write-to", "Write this to", "写入"),
  ]

  private static let upload = [
    Row("put-title", "Push an archive", "推送镜像文件"),
    Row("put-lead", "It is checked, and its images go to", "文件经校验后，其中的镜像推送到"),
    Row("drop", "Drop files of docker save or dray here", "把 docker save 或 dray 生成的文件拖到这里"),
    Row("choose-file", "Choose files", "选择文件"),
    Row("upload-waiting", "Waiting for its turn", "排队中"),
    Row("upload-sending", "Sending", "正在上传"),
    Row("upload-checking", "The server is checking and pushing", "服务器正在校验并推送"),
    Row("upload-pushing", "The server is pushing to the registry", "服务器正在推送到镜像仓库"),
    Row("upload-done", "Done, images: {0}", "完成，镜像 {0} 个"),
    Row("upload-failed", "Nothing was pushed", "未推送"),
  ]

  private static let errors = [
    Row("error-unknown", "It did not work.", "操作失败。"),
    Row("error-status", "The server refused.", "服务器拒绝了请求。"),
    Row("error-no-connection", "The server does not answer.", "服务器无响应。"),
    Row("error-bad-name", "This is no name of an image.", "这不是镜像名。"),
    Row("error-bad-query", "The server does not understand the request.", "服务器无法理解该请求。"),
    Row(
      "error-upstream-not-allowed",
      "The image is not on this server, which may not ask its registry: the operator names those that it may.",
      "服务器上没有这个镜像，也未被允许访问其仓库：允许的仓库由管理员指定。"),
    Row("error-several-meant", "Several images have this name: put the registry in front of it.", "有多个同名镜像，请在名称前写明仓库。"),
    Row(
      "error-file-gone", "The file with this image is gone from the server's disk, or is still being read.",
      "服务器磁盘上包含该镜像的文件已不存在，或仍在读取中。"),
    Row(
      "error-login-needed", "The registry wants a login, which the operator adds with dray login.",
      "该仓库需要登录，请管理员执行 dray login。"),
    Row("error-not-found", "There is no such image.", "没有这个镜像。"),
    Row("error-no-such-platform", "The image is not there for this platform.", "该镜像没有这个平台的版本。"),
    Row("error-not-an-image", "This is no container image.", "这不是容器镜像。"),
    Row("error-gone", "This version is gone from the registry: begin anew.", "仓库里已没有这个版本，请重新下载。"),
    Row("error-too-many", "Too many requests at the moment: try again a little later.", "请求过多，请稍后再试。"),
    Row("error-upstream-busy", "The registry is busy: try again a little later.", "仓库繁忙，请稍后再试。"),
    Row("error-upstream-failed", "The registry cannot be reached or answers wrongly.", "无法访问仓库，或其应答有误。"),
    Row("error-internal", "The server failed; its log says why.", "服务器内部错误，原因见其日志。"),
    Row("error-not-an-archive", "The file is no archive of images.", "该文件不是镜像文件。"),
    Row("error-damaged", "The file is damaged or incomplete.", "文件已损坏或不完整。"),
    Row(
      "error-tag-kept", "An image of this name is here already, and the server lets none replace it.",
      "服务器上已有同名镜像，且不允许替换。"),
    Row("error-no-space", "The server's disk is full.", "服务器磁盘空间不足。"),
  ]
}
