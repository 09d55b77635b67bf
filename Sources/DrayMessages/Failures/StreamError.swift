import ImageModel

/// Why bytes could not be written.
package enum StreamError: Error, Hashable {
  /// Nobody reads any more, or there was nobody from the beginning.
  case closed
  /// The system's error number.
  case failed(Int32)
}

extension StreamError: ExplainedError {
  package var failureClass: FailureClass { .localIO }

  package var phrase: Phrase {
    switch self {
    case .closed: Phrase("standard output is closed", chinese: "标准输出已关闭")
    case .failed(let number):
      Phrase(
        "cannot write to standard output: \(SystemError(number))", chinese: "无法写入标准输出：\(SystemError(number))")
    }
  }
}
