import FoundationEssentials
import HTTPTypes
import ImageModel
import NIOCore
import Waiting

/// The page at `/`, with its style sheet, script and icon: made once, at the start, but for the list of images.
public struct PageHandler: RequestHandler {
  private let pages: [PageLanguage: Page]
  private let files: [String: Resource]
  private let images: @Sendable () -> ServedImages

  /// What stands before the list of images and behind it.
  private struct Page: Sendable {
    let language: PageLanguage
    let list: PlainList
    let head: String
    let tail: String
  }

  /// - Parameters:
  ///   - texts: by their keys, the same ones in each language.
  ///   - images: what is on this server at the moment.
  package init(
    features: PageFeatures, texts: [PageLanguage: [String: String]], images: @escaping @Sendable () -> ServedImages
  ) {
    self.images = images
    let files = [
      "/page.css": Resource(PageStyle.text, "text/css; charset=utf-8"),
      "/page.js": Resource(PageScript.text, "text/javascript; charset=utf-8"),
      "/favicon.svg": Resource(PageDocument.icon, "image/svg+xml"),
    ]
    self.files = files
    pages = texts.reduce(into: [:]) { pages, entry in
      let (language, texts) = entry
      let values = Self.values(features, texts, language, files)
      let parts = PageDocument.text.split(separator: PageDocument.contents).map { Self.fill($0, values) }
      pages[language] = Page(language: language, list: PlainList(texts: texts), head: parts[0], tail: parts[1])
    }
  }

  public func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard request.method == .get || request.method == .head else { return nil }
    guard request.path == "/" else { return files[request.path]?.answer(request) }
    let language = PageLanguage(asked: request.value(of: "lang"), accepted: request.fields[.acceptLanguage])
    guard let page = pages[language] ?? pages[.english] else { return nil }
    return try await made(page).answer(request)
  }

  private func made(_ page: Page) async throws -> Resource {
    try await Workers.current.run { [images] in
      Resource(page.head + page.list.text(of: images()) + page.tail, "text/html; charset=utf-8", page.language)
    }
  }

  /// One file of the page.
  private struct Resource: Sendable {
    let body: ByteBuffer
    let fields: HTTPFields
    let tag: String

    init(_ text: String, _ type: String, _ language: PageLanguage? = nil) {
      body = ByteBuffer(string: text)
      tag = "\"\(Digest.hash(Array(text.utf8)).hexadecimal.prefix(24))\""
      var fields: HTTPFields = [
        .contentType: type, .eTag: tag, .cacheControl: "no-cache", .xContentTypeOptions: "nosniff",
        .contentSecurityPolicy: PageHandler.policy,
      ]
      if let name = HTTPField.Name("Referrer-Policy") { fields[name] = "no-referrer" }
      if let name = HTTPField.Name("Cross-Origin-Opener-Policy") { fields[name] = "same-origin" }
      if let language {
        fields[.contentLanguage] = language.tag
        fields[.vary] = "Accept-Language"
      }
      self.fields = fields
    }

    func answer(_ request: ServerRequest) -> ServerAnswer {
      let known = request.fields[.ifNoneMatch].map { $0 == "*" || $0.contains(tag) } ?? false
      return known ? ServerAnswer(.notModified, fields) : ServerAnswer(.ok, fields, body: .bytes(body))
    }
  }

  /// Nothing but the page's own files, and nobody frames it.
  static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

  private static func values(
    _ features: PageFeatures, _ texts: [String: String], _ language: PageLanguage, _ files: [String: Resource]
  ) -> [String: String] {
    var values = texts
    let version = { (path: String) in
      "\(path)?v=\((files[path]?.tag ?? "").filter { $0 != "\"" }.prefix(12))"
    }
    values["lang"] = language.tag
    values["style"] = version("/page.css")
    values["script"] = version("/page.js")
    values["texts"] = String(buffer: .json(texts))
    values["features"] = String(
      buffer: .json(ScriptFeatures(upstreams: features.upstreams, pushes: features.pushesUploads)))
    values["put-target"] = features.uploadTarget ?? ""
    // Attributes of sections, and no text.
    values["get"] = features.givesArchives ? "" : " hidden"
    values["put"] = features.uploadTarget == nil ? " hidden" : ""
    values["here"] = features.hasContents ? "" : " hidden"
    return values
  }

  /// What the script is told.
  private struct ScriptFeatures: Encodable {
    let upstreams: [String]
    let pushes: Bool
  }

  /// Puts values in the place of their keys, escaped for text and for attributes in double quotes.
  private static func fill(_ template: Substring, _ values: [String: String]) -> String {
    var result = ""
    var rest = template
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      result += rest[..<open.lowerBound]
      result += escaped(values[String(rest[open.upperBound..<close.lowerBound])] ?? "")
      rest = rest[close.upperBound...]
    }
    return result + rest
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
