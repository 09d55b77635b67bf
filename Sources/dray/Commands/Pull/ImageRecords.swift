import DrayMessages
import ImageCopy
import ImageModel

// Parts of the objects of `--json` that speak of each image of an archive.

struct ImageRecord: Encodable {
  let reference: String
  let digest: String
  let manifestDigest: String
  let platforms: [String]
  let referrers: Int

  init(_ image: PulledImage) {
    reference = image.reference.jsonName
    digest = "\(image.digest)"
    manifestDigest = "\(image.manifestDigest)"
    platforms = image.platforms.map(\.description)
    referrers = image.referrers
  }
}

struct LeftOutRecord: Encodable {
  let reference: String
  let `class`: String
  let exitCode: Int32
  let message: String
  /// Left out where there is nothing to say.
  let hint: String?

  init(_ image: FailedImage, _ language: Language) {
    let report = FailureReport(image.error, of: image.reference)
    reference = image.reference.jsonName
    `class` = report.failureClass.name
    exitCode = report.failureClass.exitCode
    message = report.summary.text(language)
    hint = report.hint?.text(language)
  }
}
