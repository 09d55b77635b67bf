import DrayMessages
import ImageTransfer

/// What `dray verify` prints: a line for each finding, and one for all of them.
struct VerificationText {
  let verification: ArchiveVerification
  let path: String
  let language: Language

  init(_ verification: ArchiveVerification, path: String, language: Language) {
    self.verification = verification
    self.path = path
    self.language = language
  }

  var text: String {
    lines(verification.findings) + VerifyPhrase.summary(verification, path: path).text(language) + "\n"
  }

  /// Faults and nothing else.
  var faults: String { lines(verification.findings.filter { !$0.isRemark }) }

  private func lines(_ findings: [ArchiveFinding]) -> String {
    findings.map { VerifyPhrase.line($0, path: path).text(language) + "\n" }.joined()
  }

  var json: String {
    verification.findings.map { JSONLine.text(FindingRecord($0, path: path, language)) }.joined()
      + JSONLine.text(VerifiedRecord(verification, path: path))
  }
}

private struct FindingRecord: Encodable {
  let event = "finding"
  let archive: String
  let finding: String
  let isFault: Bool
  /// Left out where the finding is about no member.
  let member: String?
  /// The digests of the layers that a delta lacks; left out of other findings.
  let layers: [String]?
  let message: String

  init(_ finding: ArchiveFinding, path: String, _ language: Language) {
    archive = path
    self.finding = finding.name
    isFault = !finding.isRemark
    member = finding.member
    layers = finding.layers
    message = VerifyPhrase.finding(finding, path: path).text(language)
  }
}

private struct VerifiedRecord: Encodable {
  let event = "verified"
  let archive: String
  let images: Int
  let contents: Int
  let bytes: Int64
  let faults: Int
  let remarks: Int
  let elapsedMilliseconds: Int64

  init(_ verification: ArchiveVerification, path: String) {
    archive = path
    images = verification.images
    contents = verification.contents
    bytes = verification.bytes
    faults = verification.faults
    remarks = verification.remarks
    elapsedMilliseconds = Int64(verification.elapsed.inSeconds * 1_000)
  }
}
