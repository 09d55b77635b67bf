/// Finds the reference in a text that is more than a reference: a web address, a line of a file, blanks around it.
enum ReferenceSuggestion {
  /// Whether there is something around the reference, and not a mistake in it.
  static func isDecorated(_ text: String) -> Bool {
    text.contains("://") || text.contains(where: \.isWhitespace)
  }

  /// The text without the name and the password that a web address may hold, and with nothing of its query.
  static func withoutSecrets(_ text: String) -> String {
    let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
    let authority = text[start...].prefix { !"/?#".contains($0) }
    var shown = String(text[..<start])
    var rest = text[start...]
    let isHost = start > text.startIndex || authority.endIndex < text.endIndex
    if isHost, authority.first != "[", let at = authority.lastIndex(of: "@") {
      shown += "…"
      rest = text[at...]
    }
    let query = rest.firstIndex(of: "?") ?? rest.endIndex
    return shown + rest[..<query] + (query == rest.endIndex ? "" : "?…")
  }

  /// A reference that was probably meant by a text which is none. It parses.
  static func reference(for text: String) -> String? {
    guard text.utf8.count <= 4_096, let word = imageWord(PastedText.cleaned(text)),
      let candidate = withoutScheme(PastedText.unquoted(word))
    else { return nil }
    let mended = withMendedSeparators(candidate)
    return [candidate, withLowerCaseName(candidate), mended, withLowerCaseName(mended)]
      .first { $0 != text && (try? ImageReference(normalizing: $0)) != nil }
  }

  /// The text with colons, dots and slashes where they belong: `host:/app`, `host:5000:app:1`, `host//app`, `app:1/`, `app:`,
  /// `host.:5000/app`, `::1/app`.
  private static func withMendedSeparators(_ text: String) -> String {
    var parts = text.split(separator: "/").map(String.init)
    // A host alone names no image.
    guard parts.count > 1 || !parts.isEmpty && !text.contains("/") else { return text }
    if parts.count > 1 {
      let name = parts[0]
      if name.hasSuffix(":") { parts[0] = String(name.dropLast()) }
      if name.contains("::"), !name.hasPrefix("["), (try? RegistryName(component: "[\(name)]")) != nil {
        parts[0] = "[\(name)]"
      }
      let (host, port) = RegistryName.split(parts[0])
      if host.hasSuffix(".") { parts[0] = host.dropLast() + (port.map { ":\($0)" } ?? "") }
    } else {
      let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
      let isHost = pieces[0] == "localhost" || pieces[0].contains(".")
      if pieces.count > 2, isHost, !pieces[1].isEmpty, pieces[1].utf8.allSatisfy(\.isDigit) {
        parts = [pieces[..<2].joined(separator: ":"), pieces[2...].joined(separator: ":")]
      }
    }
    if parts[parts.count - 1].hasSuffix(":") { parts[parts.count - 1].removeLast() }
    return parts.joined(separator: "/")
  }

  /// The text with its name in lower case; tag and digest stay as they are.
  private static func withLowerCaseName(_ text: String) -> String {
    let path = text.lastIndex(of: "/") ?? text.startIndex
    let end = text[path...].firstIndex { $0 == ":" || $0 == "@" } ?? text.endIndex
    return text[..<end].lowercased() + text[end...]
  }

  /// The text without blanks around it; of a line of a YAML file or of a Dockerfile the image.
  private static func imageWord(_ text: String) -> String? {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count > 1 else { return words.first }
    let keys: Set<String> = ["image:", "-", "from"]
    guard keys.contains(words[0].lowercased()) else { return nil }
    return words.first { !keys.contains($0.lowercased()) && !$0.hasPrefix("--") }
  }

  private static func withoutScheme(_ text: String) -> String? {
    guard let end = text.firstRange(of: "://") else { return fromDockerHubSite(text) ?? text }
    let scheme = text[..<end.lowerBound].lowercased()
    let rest = text[end.upperBound...]
    if scheme == "docker" || scheme == "oci" { return String(rest) }
    guard scheme == "https" || scheme == "http" else { return nil }
    let address = rest.prefix { $0 != "?" && $0 != "#" }
    return fromWebPage(address.split(separator: "/").map(String.init))
  }

  /// The reference behind Docker Hub's web site written as a registry, which many take it for.
  private static func fromDockerHubSite(_ text: String) -> String? {
    let parts = text.split(separator: "/").map(String.init)
    guard parts.count > 1, parts[0].lowercased() == RegistryName.dockerHubSite else { return nil }
    return fromWebPage(parts) ?? parts.dropFirst().joined(separator: "/")
  }

  /// The reference behind an address of the registry API: `HOST/v2/NAME/manifests/TAG`.
  private static func fromAPI(_ parts: [String]) -> String? {
    guard parts.count >= 5, parts[parts.count - 2] == "manifests", let tag = parts.last else { return nil }
    let name = ([parts[0]] + parts[2..<(parts.count - 2)]).joined(separator: "/")
    return name + (tag.contains(":") ? "@" : ":") + tag
  }

  /// The reference behind an address of a registry's web pages, or the address itself where it is none of those.
  private static func fromWebPage(_ parts: [String]) -> String? {
    switch parts.first?.lowercased() {
    case "hub.docker.com" where parts.count >= 3 && parts[1] == "_": parts[2]
    case "hub.docker.com" where parts.count >= 4 && parts[1] == "r": "\(parts[2])/\(parts[3])"
    case "hub.docker.com" where parts.count >= 5 && parts[1] == "layers": "\(parts[2])/\(parts[3]):\(parts[4])"
    case "hub.docker.com": nil
    case "quay.io" where parts.count >= 4 && parts[1] == "repository": "quay.io/\(parts[2])/\(parts[3])"
    case "github.com" where parts.count >= 6 && parts[3] == "pkgs" && parts[4] == "container":
      "ghcr.io/\(parts[1])/\(parts[5])"
    // A page of Harbor names the project by number.
    case _ where parts.count >= 2 && parts[1] == "harbor" && parts.contains("projects"): nil
    case _ where parts.count >= 2 && parts[1] == "v2": fromAPI(parts)
    case _ where parts.count >= 2: parts.joined(separator: "/")
    default: nil
    }
  }
}
