import FileAccess
import NIOSSL
import SystemPackage

/// A file of certificates: any number in PEM form (RFC 7468), whatever text stands between them, or one in DER form.
enum CertificateFile {
  /// The longest file that is read, in bytes: many times what all public authorities take.
  private static let sizeLimit = 16 << 20
  private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  /// - Returns: one certificate at least.
  static func certificates(_ path: String) throws(TLSFailure) -> [NIOSSLCertificate] {
    let bytes = try bytes(of: path)
    guard bytes.firstRange(of: "-----BEGIN ".utf8) != nil else {
      if let certificate = try? NIOSSLCertificate(bytes: bytes, format: .der) { return [certificate] }
      throw bytes.allSatisfy(isBlank) ? .noCertificate(path: path) : .unreadableAuthority(path: path)
    }
    guard bytes.firstRange(of: "CERTIFICATE-----".utf8) != nil else { throw .noCertificate(path: path) }
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
      throw .unreadableAuthority(path: path)
    }
    return certificates
  }

  private static func bytes(of path: String) throws(TLSFailure) -> [UInt8] {
    do {
      let bytes = try FileDescriptor.bytes(of: FilePath(path), limit: sizeLimit + 1)
      guard bytes.count <= sizeLimit else { throw Errno.fileTooLarge }
      return bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(byteOrderMark.count)) : bytes
    } catch {
      throw .fileNotRead(path: path, errno: (error as? Errno ?? .ioError).rawValue)
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }
}
