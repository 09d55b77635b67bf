import EngineClient
import ImageCopy
import ImageModel

extension EngineError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .noEngine(nil):
      Phrase("no container engine answers on this machine", chinese: "本机没有可用的容器引擎")
    case .noEngine(let place?):
      Phrase("no container engine answers at \(place)", chinese: "\(place) 没有可用的容器引擎")
    case .noContext(let name, let file, _):
      Phrase(
        "docker has no context '\(name)': '\(whole: file)' does not exist",
        chinese: "docker 没有名为 “\(name)” 的上下文：找不到 “\(whole: file)”")
    case .unreachable(let engine, let place, let words, _):
      Phrase(
        "\(engine) does not answer at \(place): \(words)", chinese: "\(engine)（\(place)）没有应答：\(words)")
    case .refused(let engine, let words):
      Phrase("\(engine) refused the archive: \(words)", chinese: "\(engine) 拒绝该归档：\(words)")
    case .unreadableAnswer(let engine, let place):
      Phrase(
        "the answer of \(engine) at \(place) cannot be read", chinese: "\(engine)（\(place)）的应答无法识别")
    case .noProgram(let name):
      Phrase("the program '\(name)' was not found", chinese: "找不到程序 “\(name)”")
    case .programFailed(let name, let words):
      Phrase("'\(name)' cannot be run: \(words)", chinese: "无法运行 “\(name)”：\(words)")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .noContext(_, _, let origin), .unreachable(_, _, _, let origin?):
      Phrase(
        "configured by \(origin.words.english); correct it, or specify the engine's address: --host unix:///PATH or --host ssh://USER@SERVER",
        chinese: "\(origin.words.chinese) 指定：请更正，或指定引擎的位置：--host unix:///路径 或 --host ssh://用户@服务器")
    case .noEngine(nil), .unreachable, .noProgram:
      Phrase(
        "specify the engine's address: --host unix:///PATH or --host ssh://USER@SERVER",
        chinese: "请指定引擎的位置：--host unix:///路径 或 --host ssh://用户@服务器")
    case .noEngine, .refused, .unreadableAnswer, .programFailed: nil
    }
  }
}

extension AddressOrigin {
  fileprivate var words: (english: String, chinese: String) {
    switch self {
    case .variable(let name): ("the variable \(name)", "由环境变量 \(name)")
    case .file(let path): ("currentContext in '\(path)'", "由 “\(path)” 中的 currentContext")
    }
  }
}

extension LoadError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .baseMissing(let layers, _):
      Phrase(
        "the archive is a delta, and the engine lacks \(layers.count, "layer") of its base",
        chinese: "该归档是增量归档，而引擎缺少它所依赖的 \(layers.count) 层")
    case .blobMissing(let digest, let path):
      Phrase("'\(whole: path)' does not contain \(digest)", chinese: "“\(whole: path)” 中没有 \(digest)")
    case .wrongBlob(let digest, let path):
      Phrase(
        "'\(whole: path)' has corrupt content for \(digest)", chinese: "“\(whole: path)” 中 \(digest) 的内容不正确")
    case .nameNotTaken(let name, let engine, _):
      Phrase(
        "\(engine) does not accept names with an IPv6 address: '\(name)'",
        chinese: "\(engine) 不接受含 IPv6 地址的镜像名：“\(name)”")
    case .noImage(let path):
      Phrase("'\(whole: path)' contains no image to load", chinese: "“\(whole: path)” 中没有可加载的镜像")
    case .folderWithoutIndex(let path):
      Phrase(
        "'\(whole: path)' is a folder with a manifest.json but no index.json: it cannot be sent as it is",
        chinese: "“\(whole: path)” 是只有 manifest.json 而没有 index.json 的目录，无法原样发送")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .baseMissing(_, let bases) where !bases.isEmpty:
      Phrase(
        "load the base first, or merge it: \(whole: bases.joined(separator: ", "))",
        chinese: "请先加载基础镜像，或将其合并：\(whole: bases.joined(separator: "、"))")
    case .nameNotTaken(_, _, let path):
      Phrase(
        "rename it: dray convert \(whole: ShellWord.quoted(path)) -o NEW.tar --as NAME:TAG",
        chinese: "请换一个名称：dray convert \(whole: ShellWord.quoted(path)) -o 新归档.tar --as 名称:标签")
    case .folderWithoutIndex(let path):
      Phrase(
        "create an archive of it first: tar -C \(whole: path) -cf FILE.tar .",
        chinese: "请先将其打包为归档：tar -C \(whole: path) -cf 文件.tar .")
    case .baseMissing, .blobMissing, .wrongBlob, .noImage: nil
    }
  }
}
