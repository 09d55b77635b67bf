/// The language in which dray speaks to people.
package enum Language: Sendable, Hashable, CaseIterable {
  case english, simplifiedChinese

  /// `DRAY_LANG` decides; without it the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says something, as POSIX
  /// orders them.
  package init(environment: (String) -> String?) {
    let names = ["DRAY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
    self = names.lazy.compactMap(environment).first { !$0.isEmpty }.map(Self.init(locale:)) ?? .english
  }

  /// The language of a locale's name, such as `zh_CN.UTF-8`, `zh-Hans` or `C`.
  ///
  /// A locale with a character set other than UTF-8 gets English: Chinese text would be unreadable there.
  package init(locale: String) {
    let name = locale.lowercased()
    let language = name.prefix { $0.isASCII && $0.isLetter }
    let characterSet = name.drop { $0 != "." }.dropFirst().prefix { $0 != "@" }.filter { $0 != "-" }
    let isReadable = characterSet.isEmpty || characterSet == "utf8"
    self = language == "zh" && isReadable ? .simplifiedChinese : .english
  }
}
