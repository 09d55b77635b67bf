extension ContentsUsageError: ExplainedError {
  var phrase: Phrase {
    switch self {
    case .noPath(let text):
      Phrase("'\(whole: text)' does not name a file in an archive", chinese: "“\(whole: text)” 没有指明归档中的文件")
    case .onlyForArchives(let option, let place):
      Phrase(
        "\(option) is for archives, and '\(whole: place)' is no archive on this machine",
        chinese: "\(option) 只用于归档，而 “\(whole: place)” 不是本机上的归档")
    }
  }

  var hint: Phrase? {
    switch self {
    case .noPath:
      Phrase(
        "archive, colon, path: dray cat nginx.tar:/etc/passwd", chinese: "写法为 归档:路径，例如 dray cat nginx.tar:/etc/passwd")
    case .onlyForArchives: nil
    }
  }
}
