import RegistryServer

/// What `dray serve` tells its operator about the registries behind it.
package enum UpstreamPhrase: Phrased {
  case event(UpstreamEvent)

  package var phrase: Phrase {
    switch self {
    case .event(.pinsNotWritten(let path, let detail)):
      Phrase(
        "warning: '\(whole: path)' could not be written: \(detail); after a restart, downloads cannot be resumed",
        chinese: "警告：无法写入 “\(whole: path)”：\(detail)；服务重启后下载将无法续传")
    case .event(.archiveCut(let images, let error)):
      Self.warning(images.joined(separator: ", "), error, "the download was cut", "下载中断")
    case .event(.cache(let error)): Self.warning("--cache", error, "not as usual", "异常")
    }
  }

  private static func warning(_ subject: String, _ error: any Error, _ english: MessageText, _ chinese: MessageText)
    -> Phrase
  {
    let summary = FailureReport(error).summary
    return Phrase(
      "warning: \(subject): \(english): \(summary.english)", chinese: "警告：\(subject)：\(chinese)：\(summary.chinese)")
  }
}
