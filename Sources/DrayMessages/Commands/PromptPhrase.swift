/// The questions that dray asks a person.
package enum PromptPhrase: Phrased {
  case image
  /// Beside the question for an image.
  case page
  case username(host: String)
  case loginName(host: String)
  case password(user: String, host: String?)
  case enterToClose

  package var phrase: Phrase {
    switch self {
    case .image:
      Phrase(
        "Image to pull (for example: 127.0.0.1/llsydn/nginx:1.21.4)",
        chinese: "请输入需要拉取的镜像(例如:127.0.0.1/llsydn/nginx:1.21.4)")
    case .page:
      Phrase("Press Enter alone to open a page in the browser instead.", chinese: "直接按回车键：在浏览器中打开页面。")
    case .username(let host):
      Phrase("\(host) requires a login. User name", chinese: "\(host) 需要登录。用户名")
    case .loginName(let host):
      Phrase("User name at \(host)", chinese: "\(host) 的用户名")
    case .password(let user, let host?):
      Phrase("Password of \(user) at \(host) (hidden while typing)", chinese: "\(user) 在 \(host) 的密码（输入时不显示）")
    case .password(let user, nil):
      Phrase("Password of \(user) (hidden while typing)", chinese: "\(user) 的密码（输入时不显示）")
    case .enterToClose:
      Phrase("Press Enter to close this window", chinese: "按回车键关闭窗口")
    }
  }
}
