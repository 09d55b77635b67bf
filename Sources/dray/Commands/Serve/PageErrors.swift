import DrayMessages

/// What a person is told who asked this server.
enum PageErrors {
  /// - Parameter acceptLanguage: the languages that the browser prefers (RFC 9110 §12.5.4).
  static func words(_ error: any Error, _ acceptLanguage: String?) -> String {
    let first = (acceptLanguage ?? "").split { ",; ".contains($0) }.first.map(String.init) ?? ""
    let language = Language(locale: first)
    let report = FailureReport(error)
    let hint = report.hint.flatMap { $0.isForVisitor ? $0 : nil }
    return ([report.summary] + [hint].compactMap(\.self)).map { $0.text(language) }
      .joined(separator: language == .english ? "; " : "；")
  }
}
