import ArchiveTools
import DrayMessages
import ImageCopy

/// What `dray verify` prints: a line for each finding, and one for all of them.
struct VerificationText {
  let verification: ArchiveVerification
  let path: String
  let language: Language

  var text: String {
    lines(verification.findings) + VerifyPhrase.summary(verification, path: path).text(language) + "\n"
  }

  /// Faults and nothing else.
  var faults: String { lines(verification.findings.filter { !$0.isRemark }) }

  private func lines(_ findings: [ArchiveFinding]) -> String {
    findings.map { VerifyPhrase.line($0, path: path).text(language) + "\n" }.joined()
  }

  var json: String {
    verification.findings.map { JSONLine.text(ArchiveFindingRecord($0, path: path, language)) }.joined()
      + JSONLine.text(VerifiedRecord(verification, path: path))
  }
}
