import ImageArchive
import NIOSSL
import Synchronization
import SystemPackage
import Waiting

/// The certificate that a server shows. It is read again when its files change; new connections get the new one.
public final class ServerCertificate: Sendable {
  private struct State {
    var context: NIOSSLContext
    var files: [FileIdentity?]
  }

  private let chain: FilePath
  private let key: FilePath
  private let state: Mutex<State>

  /// - Parameters:
  ///   - chain: the certificate and those that lead to its authority, PEM.
  ///   - key: its private key, PEM.
  /// - Throws: ``ServerError`` where the two cannot be used.
  public init(chain: FilePath, key: FilePath) throws(ServerError) {
    (self.chain, self.key) = (chain, key)
    state = Mutex(State(context: try Self.read(chain, key), files: Self.identities(chain, key)))
  }

  var context: NIOSSLContext { state.withLock(\.context) }

  /// Reads the files again where they have changed. While they cannot be used the former certificate stays.
  ///
  /// - Returns: what is wrong with the new ones; nil where there is nothing to say.
  public func refresh() async throws -> ServerError? {
    try await Workers.current.run { [self] in
      let files = Self.identities(chain, key)
      guard state.withLock({ $0.files != files }) else { return nil }
      let result = Result { () throws(ServerError) in try Self.read(chain, key) }
      return state.withLock { state in
        state.files = files
        switch result {
        case .success(let context):
          state.context = context
          return nil
        case .failure(let error): return error
        }
      }
    }
  }

  private static func identities(_ files: FilePath...) -> [FileIdentity?] {
    files.map { file in (try? file.stat()).map { FileIdentity($0) } }
  }

  private static func read(_ chain: FilePath, _ key: FilePath) throws(ServerError) -> NIOSSLContext {
    let certificates: [NIOSSLCertificate]
    do { certificates = try NIOSSLCertificate.fromPEMFile(chain.string) } catch { throw .certificate(chain) }
    guard !certificates.isEmpty else { throw .certificate(chain) }
    let privateKey: NIOSSLPrivateKey
    do { privateKey = try NIOSSLPrivateKey(file: key.string, format: .pem) } catch { throw .key(key) }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    do { return try NIOSSLContext(configuration: configuration) } catch { throw .certificateAndKey(chain, key) }
  }
}
