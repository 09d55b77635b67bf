import HTTPTypes
import ImageModel
import NIOCore
import Testing

@testable import RegistryServer

/// The page as a browser asks for it.
@Suite struct PageHandlerTests {
  private let handler = PageHandler(
    features: PageFeatures(upstreams: ["docker.io"]),
    texts: [.english: ["title": "images <&\"'>"], .simplifiedChinese: ["title": "镜像"]]
  ) { ServedImages(ServedContents()) }

  private func get(
    _ path: String, _ fields: HTTPFields = [:], query: [(name: String, value: String)] = []
  ) async throws -> ServerAnswer? {
    try await handler.answer(ServerRequest(method: .get, path: path, query: query, fields: fields))
  }

  @Test(arguments: [
    ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("en-US,en;q=0.9,zh;q=0.8", "en"), ("zh;q=0.1, en;q=0.2", "en"),
    ("fr", "en"), ("", "en"), ("de, zh-TW;q=0.5", "zh-CN"), ("zh;q=0, en;q=0.1", "en"),
  ]) func `T287 The page is in the language that the browser prefers`(accepted: String, language: String) async throws {
    let answer = try #require(try await get("/", [.acceptLanguage: accepted]))
    #expect(answer.fields[.contentLanguage] == language)
    #expect(answer.fields[.vary] == "Accept-Language")
    #expect(answer.text.contains("<html lang=\"\(language)\">"))
  }

  @Test func `The address decides the language`() async throws {
    let answer = try #require(try await get("/", [.acceptLanguage: "en"], query: [("lang", "zh")]))
    #expect(answer.text.contains("镜像"))
  }

  @Test func `T123 Texts are escaped wherever they stand`() async throws {
    let page = try #require(try await get("/")).text
    #expect(page.contains("images &lt;&amp;&quot;&#39;&gt;"))
    #expect(!page.contains("<&"))
    #expect(!page.contains("{{"))
  }

  @Test(arguments: ["/", "/page.css", "/page.js", "/favicon.svg"])
  func `T288 A file of the page is sent once, and runs nothing but the page's own script`(path: String) async throws {
    let answer = try #require(try await get(path))
    let policy = try #require(answer.fields[.contentSecurityPolicy])
    #expect(policy.hasPrefix("default-src 'none'; script-src 'self';"))
    #expect(!policy.contains("unsafe"))
    #expect(policy.contains("frame-ancestors 'none'"))
    #expect(answer.fields[.xContentTypeOptions] == "nosniff")
    let tag = try #require(answer.fields[.eTag])
    let again = try #require(try await get(path, [.ifNoneMatch: tag]))
    #expect(again.status == .notModified)
    #expect(again.text.isEmpty)
    if path != "/" { #expect(!answer.text.contains("{{")) }
  }

  @Test func `The page and all that it loads has less than 60 kB`() async throws {
    var bytes = 0
    for path in ["/", "/page.css", "/page.js", "/favicon.svg"] {
      bytes += try #require(try await get(path)).text.utf8.count
    }
    #expect(bytes < 60_000 - 8_000, "the texts of a language are some 6 kB more")
  }

  @Test func `T123 Nothing in the page is a script, a style or a handler of its own`() async throws {
    let page = try #require(try await get("/")).text
    #expect(!page.contains("<style") && !page.contains(" style="))
    #expect(page.firstRange(of: #/\son[a-z]+=/#) == nil)
    #expect(page.ranges(of: "<script").count == 1)
    for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
      #expect(!PageScript.text.contains(way))
    }
  }

  @Test func `What is not offered is hidden`() async throws {
    let page = try #require(try await get("/")).text
    #expect(page.contains("<section id=\"put\" aria-labelledby=\"put-title\" hidden>"))
    #expect(page.contains("<section id=\"get\" aria-labelledby=\"get-title\">"))
  }

  @Test("T465: without a script the form and the list of images lead to archives, with names escaped and an end")
  func plainList() async throws {
    var contents = ServedContents()
    let tags = Dictionary(uniqueKeysWithValues: (0..<PlainList.limit).map { ("\($0)", Digest.hash([])) })
    contents.repositories["quay.io:8443/team/app"] = .init(tags: ["1.0": .hash([])])
    contents.repositories["<b>\"'&/x"] = .init(tags: ["<i>": .hash([])])
    contents.repositories["zz.example/many"] = .init(tags: tags)
    let texts = ["download": "Get", "here-cut": "first {0}", "none-here": "none"]
    let handler = PageHandler(features: PageFeatures(), texts: [.english: texts]) { [contents] in
      ServedImages(contents)
    }
    let page = try #require(try await handler.answer(ServerRequest(method: .get, path: "/"))).text
    #expect(page.contains("<section id=\"get\" aria-labelledby=\"get-title\">"))
    #expect(page.contains("<form id=\"lookup\" method=\"get\" action=\"/archive.tar\">"))
    #expect(
      page.contains("<code>quay.io:8443/team/app:1.0</code><a href=\"/archive/quay.io:8443/team/app:1.0.tar\">Get</a>"))
    #expect(page.contains("&lt;b&gt;&quot;&#39;&amp;/x:&lt;i&gt;"))
    #expect(!page.contains("<b>") && !page.contains("<i>") && page.contains("%3Cb%3E%22%27%26/x:%3Ci%3E.tar"))
    #expect(page.ranges(of: "href=\"/archive/").count == PlainList.limit && page.contains("first \(PlainList.limit)"))
    #expect(try await get("/")?.text.contains("/archive/") == false)
    let nothing = PageHandler(features: PageFeatures(givesArchives: false), texts: [.english: texts]) {
      ServedImages(ServedContents())
    }
    let empty = try #require(try await nothing.answer(ServerRequest(method: .get, path: "/"))).text
    #expect(empty.contains("<section id=\"get\" aria-labelledby=\"get-title\" hidden>") && empty.contains("none"))
  }

  @Test("T441: the file chooser offers archives that are taken, and no compressed ones")
  func fileChooser() async throws {
    let page = try #require(try await get("/")).text
    #expect(page.contains("type=\"file\" accept=\".tar,application/x-tar\""))
  }

  @Test func `Another address or method is another part's`() async throws {
    #expect(try await get("/v2/")?.status == nil)
    #expect(try await handler.answer(ServerRequest(method: .post, path: "/"))?.status == nil)
  }
}
