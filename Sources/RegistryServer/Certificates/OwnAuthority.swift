import Crypto
import FileAccess
import FoundationEssentials
import HTTPAccess
import ImageModel
import NIOSSL
import SystemPackage

/// An authority that a server has for itself: clients that trust it trust the certificates which it signs for that server.
///
/// Its key stays in a folder that only its owner may read, so that clients are told once.
public struct OwnAuthority: Sendable {
  private static let day: Int64 = 86_400
  private static let authorityDays: Int64 = 3_650
  /// Browsers take none that is good for more than 398 days (CA/Browser Forum, ballot SC31).
  private static let serverDays: Int64 = 396
  /// A certificate is made anew when it has so much left.
  private static let reserveDays: Int64 = 30

  /// The certificate that clients are to trust.
  public let certificateFile: FilePath
  /// The SHA-256 of that certificate, as browsers and openssl write it.
  public let fingerprint: String
  /// The name for which an authority was made anew, because the former one may not vouch for it.
  public let newName: String?
  private let key: P256.Signing.PrivateKey
  private let certificate: NIOSSLCertificate
  private let constraints: NameConstraints

  /// Opens the authority of a folder; folder and authority are made where they are missing.
  ///
  /// - Parameters:
  ///   - names: the host names that a new authority may vouch for, beside those of the former one; it may for every address.
  ///   - needed: those of them without which an authority is of no use: one that may not vouch for these is made anew.
  ///   - now: seconds since 1970.
  /// - Throws: ``CertificateError``; `FileError`.
  public init(in folder: FilePath, for names: [String], needed: [String], now: Int64) throws {
    let path = folder.appending("authority.key")
    certificateFile = folder.appending("authority.pem")
    do {
      let file = try PrivateFile(resolving: path.string)
      try file.makeFolder()
      // Servers that start at the same time share one.
      let lock = try FileDescriptor.open(
        folder.appending("lock"), .readWrite, options: [.create, .noFollow, .closeOnExec],
        permissions: .ownerReadWrite)
      defer {
        lock.unlock()
        try? lock.close()
      }
      _ = try lock.lock(waits: true)
      for leftover in [file, try PrivateFile(resolving: certificateFile.string)] { leftover.removeDrafts() }
      let former = try Self.read(path)
      let known = former.flatMap {
        Int64($0.certificate.notValidAfter) > now + Self.reserveDays * Self.day ? $0 : nil
      }
      // What cannot be read vouches for nothing.
      let vouched = former.flatMap { try? NameConstraints(of: try $0.certificate.toDERBytes()) }
      let missing = known == nil ? nil : needed.first { vouched?.permits($0) != true }
      newName = missing
      if let known, missing == nil {
        (key, certificate) = known
      } else {
        let key = P256.Signing.PrivateKey()
        // Servers of several names that share the folder would else replace each other's for ever.
        let others = (vouched?.permitted ?? []).filter { !names.contains($0) }
        let made = try IssuedCertificate(
          .authority(names + others), name: Self.name(key), dates: now - Self.day..<now + Self.authorityDays * Self.day,
          key: key.publicKey, by: .init(name: Self.name(key), key: key))
        certificate = try NIOSSLCertificate(bytes: made.der, format: .der)
        self.key = key
        try file.replace(with: Array("\(key.pemRepresentation)\n\(made.pem)".utf8))
      }
      // A file of its own, so that nobody copies the key along.
      let copy = Array(IssuedCertificate(der: try certificate.toDERBytes()).pem.utf8)
      if (try? FileDescriptor.bytes(of: certificateFile, limit: copy.count + 1)) != copy {
        try PrivateFile(resolving: certificateFile.string).replace(with: copy)
      }
    } catch let error as Errno {
      throw FileError.system(.write, folder, error)
    }
    do { constraints = try NameConstraints(of: try certificate.toDERBytes()) } catch is NameConstraints.Malformed {
      throw CertificateError.authority(path)
    }
    fingerprint = SHA256.hash(data: try certificate.toDERBytes()).map {
      ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true)
    }.joined(separator: ":")
  }

  private static func read(
    _ path: FilePath
  ) throws -> (key: P256.Signing.PrivateKey, certificate: NIOSSLCertificate)? {
    let bytes: [UInt8]
    do { bytes = try FileDescriptor.bytes(of: path, limit: 1 << 16) } catch Errno.noSuchFileOrDirectory { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    let keyEnd = "-----END PRIVATE KEY-----"
    guard let end = text.firstRange(of: keyEnd),
      let key = try? P256.Signing.PrivateKey(pemRepresentation: String(text[..<end.upperBound])),
      let certificate = try? NIOSSLCertificate.fromPEMBytes(bytes).first,
      try certificate.extractPublicKey().toSPKIBytes() == Array(key.publicKey.derRepresentation)
    else { throw CertificateError.authority(path) }
    return (key, certificate)
  }

  /// The name of an authority, which no other one has.
  private static func name(_ key: P256.Signing.PrivateKey) -> String {
    "dray serve authority \(Digest.hash(Array(key.publicKey.x963Representation)).hexadecimal.prefix(8))"
  }

  /// What a server shows for those of these host names and addresses that the authority may vouch for.
  func issue(
    for names: [String], now: Int64
  ) throws -> (chain: [NIOSSLCertificate], key: NIOSSLPrivateKey, renewal: Int64) {
    let own = P256.Signing.PrivateKey()
    let end = min(now + Self.serverDays * Self.day, Int64(certificate.notValidAfter))
    let made = try IssuedCertificate(
      .server(names.filter { constraints.permits($0) }), name: "dray serve", dates: now - Self.day..<end,
      key: own.publicKey,
      by: .init(name: Self.name(key), key: key))
    return (
      [try NIOSSLCertificate(bytes: made.der, format: .der), certificate],
      try NIOSSLPrivateKey(bytes: Array(own.derRepresentation), format: .der), end - Self.reserveDays * Self.day
    )
  }
}
