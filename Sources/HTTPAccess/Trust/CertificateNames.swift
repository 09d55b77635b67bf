import ImageModel
import NIOSSL
import SwiftASN1

/// Whom an X.509 certificate is for and who issued it (RFC 5280 §4.1). All of it is foreign text.
struct CertificateNames {
  let identity: CertificateIdentity
  let issuer: String?
  let subject: String?
  /// The last common name of the subject.
  let commonName: String?
  /// Issuer and subject as they are encoded.
  let issuerField: [UInt8]?
  let subjectField: [UInt8]?

  private static let commonNameType: ASN1ObjectIdentifier = [2, 5, 4, 3]

  init(_ certificate: NIOSSLCertificate) {
    let alternatives = certificate._subjectAlternativeNames()
    identity = CertificateIdentity(
      names: alternatives.filter { $0.nameType == .dnsName }.map { String(decoding: $0.contents, as: UTF8.self) },
      addresses: alternatives.filter { $0.nameType == .ipAddress }.compactMap { IPAddress(bytes: Array($0.contents)) })
    let fields = (try? Self.fields(of: certificate)) ?? (issuer: nil, subject: nil)
    issuer = fields.issuer.flatMap(Self.text)
    subject = fields.subject.flatMap(Self.text)
    commonName = fields.subject.flatMap(Self.commonName)
    issuerField = fields.issuer.map { Array($0.encodedBytes) }
    subjectField = fields.subject.map { Array($0.encodedBytes) }
  }

  private var isSelfSigned: Bool { issuer != nil && issuer == subject }

  /// Why the certificate is not for `host`; nil where it is.
  func refusal(of host: String) -> TLSFailure? {
    guard !identity.matches(.init(host: host)) else { return nil }
    let names = identity.entries
    return names.isEmpty
      ? .namesNoHost(commonName: commonName, isSelfSigned: isSelfSigned) : .wrongHost(names: names)
  }

  /// Whose signature on the certificate is not trusted.
  ///
  /// - Parameter last: the last certificate of the chain.
  func distrust(last: CertificateNames?) -> TLSFailure? {
    guard let issuer, let subject else { return nil }
    return isSelfSigned ? .selfSigned(subject: subject) : .unknownAuthority(issuer: last?.issuer ?? issuer)
  }

  private static func fields(of certificate: NIOSSLCertificate) throws -> (issuer: ASN1Node?, subject: ASN1Node?) {
    let root = try DER.parse(try certificate.toDERBytes())
    guard let body = children(of: root).first else { return (nil, nil) }
    // After the optional version: serial number, algorithm, issuer, validity, subject.
    let nodes = children(of: body).filter { $0.identifier.tagClass == .universal }
    return nodes.count > 4 ? (nodes[2], nodes[4]) : (nil, nil)
  }

  private static func children(of node: ASN1Node) -> [ASN1Node] {
    if case .constructed(let children) = node.content { Array(children) } else { [] }
  }

  private static func commonName(of name: ASN1Node) -> String? {
    let attributes = children(of: name).flatMap(children).map(children)
    let common = attributes.last { attribute in
      attribute.first.flatMap { try? ASN1ObjectIdentifier(derEncoded: $0) } == commonNameType
    }
    return common?.last.flatMap(text)
  }

  /// The printable values of a distinguished name, most general first.
  private static func text(of name: ASN1Node) -> String? {
    var parts: [String] = []
    var pending = [name]
    while let node = pending.popLast() {
      switch node.content {
      case .constructed(let children): pending.append(contentsOf: children.reversed())
      case .primitive(let bytes):
        if node.identifier != .objectIdentifier { parts.append(String(decoding: bytes, as: UTF8.self)) }
      }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
