import DrayMessages
import Testing

@testable import RegistryServer

/// The page's words.
@Suite struct PageWordsTests {
  @Test(arguments: PageLanguage.allCases)
  func `Every word that the page needs is there`(language: PageLanguage) throws {
    let texts = try #require(PageWords.texts[language])
    let byServer: Set = [
      "lang", "style", "script", "texts", "features", "get", "put", "here", "put-target", "contents",
    ]
    let inPage = PageDocument.text.matches(of: /{{([a-z-]+)}}/).map { String($0.output.1) }
    let inScript = PageScript.text.matches(of: /\bt\('([a-z-]+[a-z])'/).map { String($0.output.1) }
    #expect(inPage.count > 30 && inScript.count > 30)
    for key in Set(inPage + inScript).subtracting(byServer) { #expect(texts[key] != nil, "\(key)") }
    for (key, text) in texts { #expect(!text.isEmpty, "\(key)") }
  }
}
