import DrayMessages
import ImageCopy
import RegistryClient
import RegistryServer

/// What a person is told who asked this server.
enum PageErrors {
  /// - Parameter acceptLanguage: the languages that the browser prefers (RFC 9110 §12.5.4).
  static func words(_ error: any Error, _ acceptLanguage: String?) -> String {
    let first = (acceptLanguage ?? "").split { ",; ".contains($0) }.first.map(String.init) ?? ""
    let language = Language(locale: first)
    let report = FailureReport(error)
    let hint = isHintForVisitors(error) ? report.hint : nil
    return ([report.summary] + [hint].compactMap(\.self)).map { $0.text(language) }
      .joined(separator: language == .english ? "; " : "；")
  }

  /// Most hints name options of the command line, which a visitor does not give.
  private static func isHintForVisitors(_ error: any Error) -> Bool {
    switch (error as? FailedImage)?.error ?? error {
    case is GatewayError: true
    case let error as RegistryError: if case .network(.addressRefused) = error.reason { true } else { false }
    default: false
    }
  }
}
