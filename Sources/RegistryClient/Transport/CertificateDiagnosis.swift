import NIOCore
import NIOPosix
import NIOSSL
import SwiftASN1
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Finds out why a certificate was refused, since the library below says only that it was: opens one more
/// connection, looks at what the server shows, and ends before anything is sent.
struct CertificateDiagnosis {
  let origin: HTTPOrigin
  let address: IPAddress?
  let settings: TransportSettings
  let trust: TrustStore
  /// The way to the host, where it is not a direct one.
  let tunnel: Tunnel?

  /// The reason, or nil where the certificate could not be had or looks right.
  func failure() async -> RegistryError.TLSFailure? {
    guard let chain = await presentedCertificates(), let leaf = chain.first else { return nil }
    let now = time(nil)
    if leaf.notValidAfter < now { return .expired(notAfter: Int64(leaf.notValidAfter)) }
    if leaf.notValidBefore > now { return .notYetValid(notBefore: Int64(leaf.notValidBefore)) }
    let names = CertificateNames(leaf)
    guard names.cover(origin.host) else { return .wrongHost(names: names.subjectAlternatives) }
    guard let issuer = names.issuer, let subject = names.subject else { return nil }
    if issuer == subject { return .selfSigned(subject: subject) }
    let last = chain.last.map(CertificateNames.init)
    return .unknownAuthority(issuer: last?.issuer ?? issuer)
  }

  func presentedCertificates() async -> [NIOSSLCertificate]? {
    let seen = Seen()
    do {
      let context = try trust.context(for: origin)
      let name = origin.tlsName
      let channel = try await connect {
        try NIOSSLClientHandler(
          context: context, serverHostname: name,
          customVerificationCallback: { certificates, promise in
            seen.set(certificates)
            promise.succeed(.failed)
          })
      }
      // The handshake ends by our own refusal, and the channel with it.
      try await channel.closeFuture.get()
    } catch {
      // Whatever ended the connection: what counts is what was shown before.
      return seen.certificates
    }
    return seen.certificates
  }

  private func connect(_ makeTLS: @escaping @Sendable () throws -> NIOSSLClientHandler) async throws -> any Channel {
    if let tunnel { return try await connect(through: tunnel, makeTLS) }
    return try await open(
      bootstrap.channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(makeTLS()) }
      }
    ).get()
  }

  /// A connection through a proxy, once TLS stands.
  ///
  /// - Throws: `Tunnel.Failed` for what is the proxy's fault, else what TLS with the host says.
  func connect(
    through tunnel: Tunnel, _ makeTLS: @escaping @Sendable () throws -> NIOSSLClientHandler
  ) async throws -> any Channel {
    let host = settings.addressOverrides.hosts[tunnel.proxy.host] ?? tunnel.proxy.host
    return try await bootstrap.connect(host: host, port: tunnel.proxy.port).flatMap { channel in
      tunnel.dig(channel, makeTLS: makeTLS).map { channel }
    }.get()
  }

  private var bootstrap: ClientBootstrap {
    ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(TimeAmount(settings.connectTimeout))
  }

  /// A connection to the host itself, whichever of its addresses answers.
  private func open(_ bootstrap: ClientBootstrap) -> EventLoopFuture<any Channel> {
    let target = settings.addressOverrides.target(of: origin)
    return bootstrap.connect(host: address?.description ?? target.host, port: target.port)
  }

  /// Opens one more connection, as requests do, and ends it before anything is sent.
  func connection() async throws -> ServerConnection {
    if let tunnel { return try await connection(through: tunnel) }
    let isSecure = origin.scheme == .https
    let channel = try await isSecure ? encrypted() : open(bootstrap).get()
    let found = ServerConnection(
      address: channel.remoteAddress?.ipAddress.flatMap { IPAddress(parsing: $0) },
      tls: isSecure ? try await channel.nioSSL_tlsVersion().get() : nil,
      certificate: isSecure ? try await channel.nioSSL_peerCertificate().get() : nil)
    channel.close(promise: nil)
    return found
  }

  /// A connection to the host itself, once TLS stands.
  private func encrypted() async throws -> any Channel {
    let context = try trust.context(for: origin)
    let (origin, timeout) = (origin, TimeAmount(settings.connectTimeout))
    return try await open(bootstrap).flatMap { channel in
      let done = channel.eventLoop.makePromise(of: Void.self)
      do {
        try channel.pipeline.syncOperations.addHandlers([try origin.makeTLSHandler(context), TLSWatch(done)])
      } catch {
        done.fail(error)
      }
      let timer = channel.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
      done.futureResult.whenComplete { _ in timer.cancel() }
      return done.futureResult.map { channel }
    }.get()
  }

  private func connection(through tunnel: Tunnel) async throws -> ServerConnection {
    guard origin.scheme == .https else { return ServerConnection(address: nil, tls: nil, certificate: nil) }
    // Of two handlers of TLS, one with the proxy, the pipeline would give the first.
    guard tunnel.proxyTLS == nil else {
      return ServerConnection(address: nil, tls: nil, certificate: await presentedCertificates()?.first)
    }
    let context = try trust.context(for: origin)
    let channel = try await connect(through: tunnel) { [origin] in try origin.makeTLSHandler(context) }
    let found = ServerConnection(
      address: nil, tls: try await channel.nioSSL_tlsVersion().get(),
      certificate: try await channel.nioSSL_peerCertificate().get())
    channel.close(promise: nil)
    return found
  }

  private final class Seen: Sendable {
    private let stored = Mutex<[NIOSSLCertificate]?>(nil)
    var certificates: [NIOSSLCertificate]? { stored.withLock { $0 } }
    func set(_ certificates: [NIOSSLCertificate]) { stored.withLock { $0 = certificates } }
  }
}

/// The names in an X.509 certificate (RFC 5280 §4.1): enough to tell a person whose it is.
struct CertificateNames {
  let issuer: String?
  let subject: String?
  let subjectAlternatives: [String]

  init(_ certificate: NIOSSLCertificate) {
    let fields = (try? Self.fields(of: certificate)) ?? (issuer: nil, subject: nil)
    issuer = fields.issuer
    subject = fields.subject
    subjectAlternatives = certificate._subjectAlternativeNames().compactMap { name in
      switch name.nameType {
      case .dnsName: String(decoding: name.contents, as: UTF8.self)
      case .ipAddress: IPAddress(bytes: Array(name.contents))?.description
      default: nil
      }
    }
  }

  /// RFC 9525 §6: an exact name, or a wildcard for the whole leftmost label.
  func cover(_ host: String) -> Bool {
    let host = IPAddress(parsing: host)?.description ?? host.lowercased()
    return subjectAlternatives.contains { name in
      let name = name.lowercased()
      if name == host { return true }
      guard name.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return false }
      return host[dot...] == name.dropFirst()
    }
  }

  private static func fields(of certificate: NIOSSLCertificate) throws -> (issuer: String?, subject: String?) {
    let root = try DER.parse(try certificate.toDERBytes())
    guard case .constructed(let outer) = root.content, let body = outer.first(where: { _ in true }),
      case .constructed(let children) = body.content
    else { return (nil, nil) }
    // After the optional version: serial number, algorithm, issuer, validity, subject.
    let nodes = children.filter { $0.identifier.tagClass == .universal }
    guard nodes.count > 4 else { return (nil, nil) }
    return (text(of: nodes[2]), text(of: nodes[4]))
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
