import ImageArchive
import NIOSSL
import Synchronization
import SystemPackage
import Waiting

/// The certificate that a server shows. New connections get a new one once its files change, or once one of the server's own is
/// about to end or is for other names.
public final class ServerCertificate: Sendable {
  private enum Source: Sendable {
    case files(chain: FilePath, key: FilePath)
    case authority(OwnAuthority, names: @Sendable () -> [String], now: @Sendable () -> Int64)
  }

  /// What a certificate was made of.
  private enum Basis: Sendable, Hashable {
    case files([FileIdentity?])
    /// - Parameter renewal: when it is made anew, in seconds since 1970.
    case authority(names: [String], renewal: Int64)
  }

  private struct State {
    var context: NIOSSLContext
    var basis: Basis
  }

  private let source: Source
  private let state: Mutex<State>

  /// - Parameters:
  ///   - chain: the certificate and those that lead to its authority, PEM.
  ///   - key: its private key, PEM.
  /// - Throws: ``CertificateError`` where the two cannot be used.
  public init(chain: FilePath, key: FilePath) throws(CertificateError) {
    source = .files(chain: chain, key: key)
    state = Mutex(State(context: try Self.read(chain, key), basis: .files(Self.identities(chain, key))))
  }

  /// A certificate of the server's own authority.
  ///
  /// - Parameters:
  ///   - names: the host names and addresses that clients call the server by, asked for again from time to time.
  ///   - now: seconds since 1970.
  public init(
    of authority: OwnAuthority, names: @escaping @Sendable () -> [String], now: @escaping @Sendable () -> Int64
  ) throws {
    source = .authority(authority, names: names, now: now)
    state = Mutex(try Self.issue(authority, names(), now()))
  }

  var context: NIOSSLContext { state.withLock(\.context) }

  /// Makes a new one where that is needed. While that fails the former certificate stays.
  ///
  /// - Returns: what is wrong with changed files; nil where there is nothing to say.
  public func refresh() async throws -> CertificateError? {
    try await Workers.current.run { [self] () -> CertificateError? in
      let basis = state.withLock(\.basis)
      switch (source, basis) {
      case (.files(let chain, let key), _):
        let files = Basis.files(Self.identities(chain, key))
        guard basis != files else { return nil }
        state.withLock { $0.basis = files }
        do throws(CertificateError) {
          let context = try Self.read(chain, key)
          state.withLock { $0.context = context }
        } catch { return error }
      case (.authority(let authority, let names, let now), .authority(let known, let renewal)):
        let (names, now) = (names(), now())
        guard names != known || now >= renewal else { return nil }
        let new = try Self.issue(authority, names, now)
        state.withLock { $0 = new }
      case (.authority, .files): break
      }
      return nil
    }
  }

  private static func identities(_ files: FilePath...) -> [FileIdentity?] {
    files.map { file in (try? file.stat()).map { FileIdentity($0) } }
  }

  private static func read(_ chain: FilePath, _ key: FilePath) throws(CertificateError) -> NIOSSLContext {
    let certificates: [NIOSSLCertificate]
    do { certificates = try NIOSSLCertificate.fromPEMFile(chain.string) } catch { throw .chain(chain) }
    guard !certificates.isEmpty else { throw .chain(chain) }
    let privateKey: NIOSSLPrivateKey
    do { privateKey = try NIOSSLPrivateKey(file: key.string, format: .pem) } catch { throw .key(key) }
    do { return try context(certificates, privateKey) } catch { throw .mismatch(chain, key) }
  }

  private static func issue(_ authority: OwnAuthority, _ names: [String], _ now: Int64) throws -> State {
    let issued = try authority.issue(for: names, now: now)
    return State(
      context: try context(issued.chain, issued.key), basis: .authority(names: names, renewal: issued.renewal))
  }

  private static func context(_ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    return try NIOSSLContext(configuration: configuration)
  }
}
