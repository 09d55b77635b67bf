import Testing

@testable import DrayMessages

struct LanguageTests {
  @Test(
    "A locale's name decides the language",
    arguments: [
      ("zh_CN.UTF-8", Language.simplifiedChinese), ("zh_CN.utf8", .simplifiedChinese), ("zh_CN", .simplifiedChinese),
      ("zh", .simplifiedChinese), ("zh-Hans", .simplifiedChinese), ("ZH_cn.UTF-8", .simplifiedChinese),
      ("zh_SG.UTF-8@pinyin", .simplifiedChinese), ("zh_TW.UTF-8", .simplifiedChinese), ("C", .english),
      ("POSIX", .english), ("C.UTF-8", .english), ("en_US.UTF-8", .english), ("de_DE.UTF-8", .english),
      ("zha_CN", .english), ("中文", .english),
    ])
  func aLocaleSNameDecidesThe(locale: String, language: Language) {
    #expect(Language(locale: locale) == language)
  }

  @Test(
    "Where Chinese text in UTF-8 would be unreadable, messages are English",
    arguments: ["zh_CN.GBK", "zh_CN.GB18030", "zh_TW.Big5"])
  func whereChineseTextInUtf8(locale: String) {
    #expect(Language(locale: locale) == .english)
  }

  @Test("DRAY_LANG counts first, then LC_ALL, LC_MESSAGES and LANG; an empty variable says nothing")
  func drayLangCountsFirstThenLc() {
    var variables = ["LANG": "zh_CN.UTF-8"]
    let language = { Language { variables[$0] } }
    #expect(language() == .simplifiedChinese)
    variables["LC_MESSAGES"] = "en_US.UTF-8"
    #expect(language() == .english)
    variables["LC_ALL"] = "zh_CN.UTF-8"
    #expect(language() == .simplifiedChinese)
    variables["DRAY_LANG"] = "en"
    #expect(language() == .english)
    variables["DRAY_LANG"] = ""
    #expect(language() == .simplifiedChinese)
    variables["LC_ALL"] = ""
    #expect(language() == .english)
    variables = [:]
    #expect(language() == .english)
  }
}
