import ArchiveTools
import DrayMessages
import ImageCopy

struct ArchiveFindingRecord: Encodable {
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

struct VerifiedRecord: Encodable {
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
