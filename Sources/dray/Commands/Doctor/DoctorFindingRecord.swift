import DrayMessages
import ImageCopy
import ImageModel
import RegistryClient

/// The object of docs/json.md with which `doctor` tells a finding.
struct DoctorFindingRecord: Encodable {
  let event = "finding"
  let registry: String
  let check: String
  let verdict: String
  let message: String
  // Left out where there is none.
  let hint: String?
  let `class`: String?
  let address: String?
  let tls: String?

  init(registry: String, _ finding: DoctorFinding, _ language: Language) {
    let words = DoctorPhrase(finding: finding)
    self.registry = registry
    check = finding.check.rawValue
    verdict = finding.verdict.rawValue
    message = words.text(language)
    hint = words.hint?.text(language)
    switch finding.detail {
    case .failed(let error), .mirrorFailed(_, _, let error):
      (`class`, address, tls) = (error.failureClass.name, nil, nil)
    case .encrypted(let address, let name, _): (`class`, self.address, tls) = (nil, address, name)
    case .plainHTTP(_, let address): (`class`, self.address, tls) = (nil, address, nil)
    default: (`class`, address, tls) = (nil, nil, nil)
    }
  }
}
