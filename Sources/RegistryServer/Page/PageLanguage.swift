/// A language that the page is written in.
public enum PageLanguage: String, Sendable, Hashable, CaseIterable {
  case english = "en"
  case simplifiedChinese = "zh"

  /// As HTML names it.
  var tag: String { self == .english ? "en" : "zh-CN" }

  /// What the address asks for, or else what the browser prefers (RFC 9110, section 12.5.4); English where neither says.
  init(asked: String?, accepted: String?) {
    if let asked, let language = Self(rawValue: String(asked.lowercased().prefix(2))) {
      self = language
      return
    }
    var best: (language: PageLanguage, weight: Double)?
    for range in (accepted ?? "").split(separator: ",").prefix(32) {
      let parts = range.split(separator: ";")
      let name = parts.first.map { $0.drop { $0 == " " }.prefix { $0 != "-" && $0 != " " }.lowercased() } ?? ""
      guard let language = Self(rawValue: name) else { continue }
      let weight = parts.dropFirst().lazy.compactMap { part -> Double? in
        let part = part.filter { $0 != " " }
        return part.hasPrefix("q=") ? Double(part.dropFirst(2)) : nil
      }.first
      if (weight ?? 1) > (best?.weight ?? 0) { best = (language, weight ?? 1) }
    }
    self = best?.language ?? .english
  }
}
