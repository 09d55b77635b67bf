import Crypto
import FoundationEssentials
import HTTPAccess
import ImageModel

/// A certificate that this program makes (RFC 5280), signed with ECDSA over P-256.
struct IssuedCertificate: Sendable {
  enum Role: Sendable {
    /// Signs certificates of servers, and nothing else, with these host names, names below them or addresses.
    case authority([String])
    /// For a server with these host names and addresses.
    case server([String])
  }

  /// Who signs.
  struct Issuer {
    let name: String
    let key: P256.Signing.PrivateKey
  }

  let der: [UInt8]

  init(der: [UInt8]) { self.der = der }

  /// - Parameters:
  ///   - dates: from when to when it is good, in seconds since 1970.
  ///   - key: the key that it is for.
  init(
    _ role: Role, name: String, dates: Range<Int64>, key: P256.Signing.PublicKey, by issuer: Issuer
  ) throws {
    // At least 64 random bits (CA/Browser Forum, 7.1); the first one is set, so that the length is fixed.
    let serial = (0..<16).map { $0 == 0 ? UInt8.random(in: 0x40...0x7f) : UInt8.random(in: .min ... .max) }
    let body = DERValue.sequence([
      DERValue(tag: 0xa0, [.number([2])]),
      .number(serial), Self.algorithm, Self.name(issuer.name),
      .sequence([.date(dates.lowerBound), .date(dates.upperBound)]), Self.name(name),
      DERValue(encoded: key.derRepresentation),
      DERValue(tag: 0xa3, [.sequence(Self.extensions(role, key, issuer.key.publicKey))]),
    ])
    let signature = try issuer.key.signature(for: Data(body.bytes)).derRepresentation
    der = DERValue.sequence([body, Self.algorithm, .bits(Array(signature))]).bytes
  }

  /// As files hold it (RFC 7468).
  var pem: String {
    let text = Array(Data(der).base64EncodedString().utf8)
    let lines = stride(from: 0, to: text.count, by: 64).map {
      String(decoding: text[$0..<min($0 + 64, text.count)], as: UTF8.self) + "\n"
    }
    return "-----BEGIN CERTIFICATE-----\n" + lines.joined() + "-----END CERTIFICATE-----\n"
  }

  /// ecdsa-with-SHA256, 1.2.840.10045.4.3.2
  private static let algorithm = DERValue.sequence([
    DERValue(tag: 0x06, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])
  ])

  /// Organization and common name, which may have 64 characters.
  private static func name(_ text: String) -> DERValue {
    let parts: [([UInt8], String)] = [([0x55, 0x04, 0x0a], "dray"), ([0x55, 0x04, 0x03], String(text.prefix(64)))]
    return .sequence(parts.map { DERValue(tag: 0x31, [.sequence([DERValue(tag: 0x06, $0), .text($1)])]) })
  }

  // MARK: Extensions (RFC 5280 §4.2)

  private static func extensions(
    _ role: Role, _ key: P256.Signing.PublicKey, _ issuer: P256.Signing.PublicKey
  ) -> [DERValue] {
    let own = make([0x55, 0x1d, 0x0e], .octets(identifier(key)))
    switch role {
    case .authority(let names):
      return [
        // It signs no further authorities.
        make([0x55, 0x1d, 0x13], isCritical: true, .sequence([.yes, .number([0])])),
        // keyCertSign, cRLSign
        make([0x55, 0x1d, 0x0f], isCritical: true, .bits([0x06], unused: 1)),
        make(NameConstraints.type, isCritical: true, NameConstraints.permitting(names)), own,
      ]
    case .server(let names):
      return [
        make([0x55, 0x1d, 0x13], isCritical: true, .sequence([])),
        // digitalSignature
        make([0x55, 0x1d, 0x0f], isCritical: true, .bits([0x80], unused: 7)),
        // serverAuth, 1.3.6.1.5.5.7.3.1
        make([0x55, 0x1d, 0x25], .sequence([DERValue(tag: 0x06, [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01])])),
        make([0x55, 0x1d, 0x11], .sequence(names.map(alternative))), own,
        make([0x55, 0x1d, 0x23], .sequence([DERValue(tag: 0x80, identifier(issuer))])),
      ]
    }
  }

  private static func make(_ type: [UInt8], isCritical: Bool = false, _ value: DERValue) -> DERValue {
    .sequence([DERValue(tag: 0x06, type)] + (isCritical ? [.yes] : []) + [.octets(value.bytes)])
  }

  private static func alternative(_ name: String) -> DERValue {
    IPAddress(parsing: name).map { DERValue(tag: 0x87, $0.bytes) } ?? DERValue(tag: 0x82, Array(name.utf8))
  }

  /// RFC 7093 §2, method 1.
  private static func identifier(_ key: P256.Signing.PublicKey) -> [UInt8] {
    Array(SHA256.hash(data: key.x963Representation).prefix(20))
  }
}
