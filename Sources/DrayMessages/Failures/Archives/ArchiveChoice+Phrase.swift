import ImageArchive
import ImageModel

/// The words about which image of an archive is meant.
extension ArchiveError {
  package var choicePhrase: Phrase {
    switch self {
    case .noImages(let path):
      Phrase("'\(whole: path.string)' holds no image", chinese: "“\(whole: path.string)” 中没有镜像")
    case .noManifest(let path):
      Phrase(
        "'\(whole: path.string)' has only Docker's manifest.json: it does not include the registry's manifest",
        chinese: "“\(whole: path.string)” 只有 Docker 的 manifest.json，其中没有镜像仓库的清单")
    case .severalImages(let path, let names):
      Phrase(
        "'\(whole: path.string)' holds \(names.count) images: \(Self.list(names, separator: ", "))",
        chinese: "“\(whole: path.string)” 中有 \(names.count) 个镜像：\(Self.list(names, separator: "、"))")
    case .noSuchImage(let path, let wanted, let names):
      Phrase(
        "'\(whole: path.string)' holds no image '\(wanted)'; it holds \(Self.list(names, separator: ", "))",
        chinese: "“\(whole: path.string)” 中没有镜像 “\(wanted)”；其中有：\(Self.list(names, separator: "、"))")
    case .noSuchPlatform(let path, let wanted, let available):
      Phrase(
        "'\(whole: path.string)' holds no image for \(wanted); it holds \(Self.list(available, separator: ", "))",
        chinese: "“\(whole: path.string)” 中没有适用于 \(wanted) 的镜像；其中有：\(Self.list(available, separator: "、"))")
    default: phrase
    }
  }

  package var choiceHint: Phrase? {
    switch self {
    case .severalImages(_, let names), .noSuchImage(_, _, let names):
      names.first.map {
        Phrase(
          "choose one: --image \(whole: ShellWord.quoted($0))", chinese: "请指定其一：--image \(whole: ShellWord.quoted($0))")
      }
    case .noSuchPlatform(_, _, let available):
      available.first.map {
        Phrase("choose a platform that it contains: --platform \($0)", chinese: "请指定其中的平台：--platform \($0)")
      }
    case .noManifest: Phrase("--config shows the image's config", chinese: "可用 --config 查看镜像配置")
    default: nil
    }
  }

  /// The first few of them, escaped as they are.
  private static func list(_ items: [some CustomStringConvertible], separator: String) -> String {
    items.isEmpty
      ? "-" : items.prefix(8).map(\.description).joined(separator: separator) + (items.count > 8 ? " …" : "")
  }
}
