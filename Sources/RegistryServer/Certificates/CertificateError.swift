import ImageModel
import SystemPackage

/// Why a server cannot show a certificate.
public enum CertificateError: ClassifiedError, Hashable {
  /// No certificates can be read from this file.
  case chain(FilePath)
  /// No private key can be read from this file.
  case key(FilePath)
  /// The two do not belong together.
  case mismatch(FilePath, FilePath)
  /// The file does not hold the authority that a server made for itself.
  case authority(FilePath)

  public var failureClass: FailureClass { .localIO }
}
