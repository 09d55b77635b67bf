import Testing

@testable import HTTPAccess

@Suite("Proxy rules")
struct ProxyRulesTests {
  private func origin(_ text: String) throws -> HTTPOrigin {
    try #require(AbsoluteURL(parsing: text)).origin
  }

  private func proxy(_ variables: [String: String], _ url: String) throws -> Proxy? {
    try ProxyRules(variables: variables).proxy(for: try origin(url))
  }

  @Test(
    "T076: NO_PROXY names hosts, what is below them, addresses, networks and ports",
    arguments: [
      ("registry.example", "https://registry.example", true), ("registry.example", "https://a.registry.example", true),
      ("registry.example", "https://notregistry.example", false), (".example", "https://a.example", true),
      (".example", "https://example", false), ("*.example", "https://a.b.example", true),
      ("*.example", "https://example", false), ("*", "https://anything", true),
      ("a.example:8443", "https://a.example:8443", true), ("a.example:8443", "https://a.example", false),
      ("a.example:443", "https://a.example", true), ("10.0.0.0/8", "https://10.1.2.3", true),
      ("10.0.0.0/8", "https://11.1.2.3", false), ("10.0.0.0/9", "https://10.127.0.1", true),
      ("10.0.0.0/9", "https://10.128.0.1", false), ("fd00::/8", "https://[fd12::1]:5000", true),
      ("192.168.1.7", "https://192.168.1.7:5000", true), ("192.168.1.7:5000", "https://192.168.1.7", false),
      ("[fd12::1]:5000", "https://[fd12::1]:5000", true), ("x, a.example ,y", "https://a.example", true),
      ("x a.example", "https://a.example", true), ("A.EXAMPLE", "https://a.example", true),
      ("10.0.0.0/33", "https://10.0.0.1", false), ("://nonsense", "https://a.example", false), ("", "https://a", false),
      ("a.example", "https://a.example.", true),
    ])
  func exclusions(list: String, url: String, isDirect: Bool) throws {
    let found = try proxy(["all_proxy": "http://proxy:3128", "no_proxy": list], url)
    #expect((found == nil) == isDirect)
  }

  @Test("T077: lower case counts before upper case, the scheme's own variable before the one for all")
  func precedence() throws {
    let all = [
      "http_proxy": "http://a:1", "HTTP_PROXY": "http://b:1", "https_proxy": "http://c:1", "HTTPS_PROXY": "http://d:1",
      "all_proxy": "http://e:1", "ALL_PROXY": "http://f:1",
    ]
    #expect(try proxy(all, "http://r.example")?.host == "a")
    #expect(try proxy(all, "https://r.example")?.host == "c")
    #expect(try proxy(all.filter { $0.key != "https_proxy" }, "https://r.example")?.host == "d")
    let others = all.filter { !$0.key.lowercased().hasPrefix("http") }
    #expect(try proxy(others, "https://r.example")?.host == "e")
    #expect(try proxy(others, "https://r.example")?.source == .environment(variable: "all_proxy"))
    #expect(try proxy(["ALL_PROXY": "http://f:1", "all_proxy": ""], "http://r.example")?.host == "f")
    #expect(try proxy([:], "https://r.example") == nil)
  }

  @Test("T077: a script of a web server does not believe HTTP_PROXY, which a request can set")
  func script() throws {
    let variables = ["HTTP_PROXY": "http://evil:1", "REQUEST_METHOD": "GET"]
    #expect(try proxy(variables, "http://r.example") == nil)
    #expect(try proxy(variables.merging(["http_proxy": "http://a:1"]) { $1 }, "http://r.example")?.host == "a")
  }

  @Test(
    "T076: this machine's own loopback is never asked for at a proxy",
    arguments: ["http://localhost:5000", "https://127.0.0.1:5000", "http://[::1]:5000", "http://a.localhost"])
  func loopback(url: String) throws {
    var rules = ProxyRules(variables: ["all_proxy": "http://proxy:1"])
    #expect(try rules.proxy(for: origin(url)) == nil)
    rules.use(try #require(Proxy(parsing: "http://proxy:1", source: .commandLine)))
    #expect(try rules.proxy(for: origin(url)) == nil)
  }

  @Test("--proxy counts before the variables, and NO_PROXY for it too; none is none")
  func commandLine() throws {
    var rules = ProxyRules(variables: ["https_proxy": "http://a:1", "NO_PROXY": "direct.example"])
    rules.use(try #require(Proxy(parsing: "http://b:1", source: .commandLine)))
    #expect(try rules.proxy(for: origin("https://r.example"))?.host == "b")
    #expect(try rules.proxy(for: origin("https://direct.example")) == nil)
    rules.useNone()
    #expect(try rules.proxy(for: origin("https://r.example")) == nil)
  }

  @Test("A variable that holds no address is named in the failure, and its text is not")
  func malformed() throws {
    for text in ["socks4://me:secret@proxy:1", "http://me:secret@", "ftp://proxy", "http://me:secret@pro xy:1"] {
      let error = #expect(throws: TransportError.self) { try proxy(["https_proxy": text], "https://r.example") }
      #expect(error?.failureClass == .proxy)
      guard case .proxy(let failure) = error?.reason else { continue }
      #expect(failure.source == .environment(variable: "https_proxy"))
      #expect(!"\(failure)".contains("secret"))
    }
  }

  @Test(
    "T077: an address of a proxy is read in all its forms",
    arguments: [
      ("proxy", "http://proxy:80"), ("proxy:3128", "http://proxy:3128"), ("http://proxy/", "http://proxy:80"),
      ("HTTPS://proxy", "https://proxy:443"), ("socks5://proxy", "socks5://proxy:1080"),
      ("socks5h://proxy:9050", "socks5://proxy:9050"), ("http://[::1]:3128", "http://[::1]:3128"),
      ("http://me:pa%40ss@proxy:3128", "http://proxy:3128"), ("me@proxy:3128", "http://proxy:3128"),
      (" http://proxy:3128 ", "http://proxy:3128"), ("\tproxy:3128\r\n", "http://proxy:3128"),
    ])
  func addresses(text: String, shown: String) throws {
    #expect(Proxy(parsing: text, source: .commandLine)?.description == shown)
  }

  @Test("T174: blanks around a proxy's address count for nothing, and blanks alone for no proxy")
  func blanks() throws {
    #expect(try proxy(["https_proxy": " http://a:1\n"], "https://r.example")?.host == "a")
    #expect(try proxy(["https_proxy": " ", "HTTPS_PROXY": "http://b:1"], "https://r.example")?.host == "b")
    #expect(try proxy(["https_proxy": "\t"], "https://r.example") == nil)
  }

  @Test("T077: user information is percent-decoded, and never printed")
  func login() throws {
    let proxy = try #require(
      Proxy(parsing: "http://me:p%40ss%2Fw@rd%25@proxy:3128", source: .commandLine))
    #expect(proxy.login?.username == "me")
    #expect(proxy.login?.password == "p@ss/w@rd%")
    #expect(proxy.authorization == BasicCredentials.value(username: "me", password: "p@ss/w@rd%"))
    for text in ["\(proxy)", String(reflecting: proxy), "\([proxy])"] { #expect(!text.contains("p@ss")) }
    var dumped = ""
    dump(proxy, to: &dumped)
    #expect(!dumped.contains("p@ss"))
    #expect(Proxy(parsing: "http://a%3Ab:c@proxy", source: .commandLine) == nil)
    #expect(Proxy(parsing: "socks5://:c@proxy", source: .commandLine) == nil)
  }
}
