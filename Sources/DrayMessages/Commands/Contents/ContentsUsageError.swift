import ImageModel

/// Command lines of `ls`, `cat` and `diff` that cannot be carried out as they stand.
package enum ContentsUsageError: ClassifiedError, Hashable {
  /// `dray cat` without a path behind the image.
  case noPath(String)
  /// An option for the files of an image, and a registry.
  case onlyForImages(option: String, place: String)

  package var failureClass: FailureClass { .usage }
}

extension ContentsUsageError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .noPath(let text):
      Phrase("'\(whole: text)' does not name a file in an image", chinese: "“\(whole: text)” 没有指明镜像中的文件")
    case .onlyForImages(let option, let place):
      Phrase(
        "\(option) is for the files of an image, but '\(whole: place)' is a registry",
        chinese: "\(option) 只用于镜像中的文件，而 “\(whole: place)” 指镜像仓库")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .noPath:
      Phrase(
        "add the path: dray cat nginx.tar:/etc/passwd, dray cat nginx:1.21.4 /etc/passwd",
        chinese: "其后应写路径：dray cat nginx.tar:/etc/passwd、dray cat nginx:1.21.4 /etc/passwd")
    case .onlyForImages:
      Phrase(
        "add a path: dray ls nginx:1.21.4 /etc", chinese: "请同时指明路径：dray ls nginx:1.21.4 /etc")
    }
  }
}
