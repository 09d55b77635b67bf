import ImageModel
import SwiftASN1

/// The hosts that an authority may vouch for (RFC 5280 §4.2.1.10): names with those below them.
///
/// It is read out of a certificate, which is foreign. Constraints on addresses are only known to be there: the TLS library
/// refuses every certificate with an address of an authority for which some are (X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE).
package struct NameConstraints: Sendable, Hashable {
  /// Nil where every name is permitted that is not excluded.
  package let permitted: [String]?
  package let excluded: [String]
  package let hasAddresses: Bool

  /// The certificate is none, or its constraints are not what they should be.
  package struct Malformed: Error {}

  /// id-ce-nameConstraints
  private static let type: ASN1ObjectIdentifier = [2, 5, 29, 30]

  /// - Parameter certificate: in DER form. One without constraints permits everything.
  /// - Throws: ``Malformed``.
  package init(of certificate: [UInt8]) throws(Malformed) {
    do {
      guard let body = try DER.parse(certificate).parts(.sequence).first else { throw Malformed() }
      let found = try body.parts(.sequence).filter { $0.identifier == .context(3) }.flatMap { try Self.values($0) }
      guard found.count <= 1 else { throw Malformed() }
      self = try found.first.map { try Self(value: Array($0)) } ?? Self()
    } catch {
      throw Malformed()
    }
  }

  private init() {
    (permitted, excluded, hasAddresses) = (nil, [], false)
  }

  /// The values of the extension, of which there is one at most.
  private static func values(_ extensions: ASN1Node) throws -> [ArraySlice<UInt8>] {
    try extensions.parts(.context(3)).flatMap { try $0.parts(.sequence) }.compactMap { entry in
      let parts = try entry.parts(.sequence)
      guard let type = parts.first, let value = parts.last, (2...3).contains(parts.count) else { throw Malformed() }
      return try ASN1ObjectIdentifier(derEncoded: type) == Self.type
        ? try ASN1OctetString(derEncoded: value).bytes : nil
    }
  }

  private init(value: [UInt8]) throws {
    let lists = try DER.parse(value).parts(.sequence)
    guard !lists.isEmpty, lists.allSatisfy({ [.context(0), .context(1)].contains($0.identifier) }),
      Set(lists.map(\.identifier)).count == lists.count
    else { throw Malformed() }
    let bases = { (number: UInt) in
      try lists.filter { $0.identifier == .context(number) }.flatMap { list in
        try list.parts(.context(number)).map(Self.base)
      }
    }
    let (inside, outside) = (try bases(0), try bases(1))
    let names = inside.compactMap(Self.name)
    permitted = names.isEmpty ? nil : names
    excluded = outside.compactMap(Self.name)
    hasAddresses = (inside + outside).contains { $0.identifier == .context(7) }
  }

  /// What a GeneralSubtree is about. It has no minimum and no maximum: RFC 5280 gives these no use, and no library takes them.
  private static func base(_ subtree: ASN1Node) throws -> ASN1Node {
    let parts = try subtree.parts(.sequence)
    guard let base = parts.first, parts.count == 1 else { throw Malformed() }
    return base
  }

  /// Of a dNSName.
  private static func name(_ base: ASN1Node) -> String? {
    guard base.identifier == .context(2), case .primitive(let bytes) = base.content else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether it may vouch for a host name, or for one with a wildcard.
  package func permits(name: String) -> Bool {
    permitted?.contains { Self.covers($0, name) } != false && !excluded.contains { Self.covers($0, name) }
  }

  private static func covers(_ base: String, _ name: String) -> Bool {
    let (base, name) = (base.lowercased().utf8, name.lowercased().utf8)
    guard !base.isEmpty else { return true }
    guard name.count > base.count else { return name.elementsEqual(base) }
    let rest = name.dropLast(base.count)
    return name.suffix(base.count).elementsEqual(base)
      && (base.first == UInt8(ascii: ".") || rest.last == UInt8(ascii: "."))
  }
}

extension ASN1Identifier {
  fileprivate static func context(_ number: UInt) -> Self { Self(tagWithNumber: number, tagClass: .contextSpecific) }
}

extension ASN1Node {
  /// The values that stand in this one.
  ///
  /// - Throws: where it is of another kind.
  fileprivate func parts(_ identifier: ASN1Identifier) throws -> [ASN1Node] {
    guard self.identifier == identifier, case .constructed(let parts) = content else {
      throw NameConstraints.Malformed()
    }
    return Array(parts)
  }
}
