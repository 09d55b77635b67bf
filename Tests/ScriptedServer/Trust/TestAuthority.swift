import NIOSSL
import SystemPackage
import Testing
import WatchedPrograms

/// A private certificate authority for one test, made by the `openssl` command.
public struct TestAuthority: Sendable {
  public enum Certificate: String, Sendable, CaseIterable {
    /// For 127.0.0.1, localhost and the hosts that the authority was made for, signed by the authority.
    case good
    case expired
    /// For another host.
    case otherName
    case selfSigned
  }

  private let folder: FilePath

  /// The authority's own certificate, to be trusted.
  public var certificateFile: String { folder.appending("ca.pem").string }

  /// A certificate of a client, and its key.
  public var clientFiles: (certificate: String, key: String) {
    (folder.appending("client.pem").string, folder.appending("client.key").string)
  }

  /// Makes the authority and one certificate of each kind, and removes them afterwards.
  ///
  /// - Parameters:
  ///   - hosts: further names that the good certificate is for.
  ///   - constraints: the authority's name constraints: `permitted;DNS:registry.test`.
  public static func run<Result: Sendable>(
    hosts: [String] = [], constraints: String? = nil, _ body: (TestAuthority) async throws -> Result
  ) async throws -> Result {
    let made = try await shell("mktemp -d /tmp/dray-authority-XXXXXX")
    let authority = TestAuthority(folder: FilePath(made))
    do {
      let names = (["IP:127.0.0.1", "DNS:localhost"] + hosts.map { "DNS:\($0)" }).joined(separator: ",")
      _ = try await shell("cd '\(made)' && good=\(names) && constraints='\(constraints ?? "")' && \(script)")
      let result = try await body(authority)
      _ = try await shell("rm -rf '\(made)'")
      return result
    } catch {
      _ = try await shell("rm -rf '\(made)'")
      throw error
    }
  }

  /// What a server with this certificate needs.
  ///
  /// - Parameters:
  ///   - wantsClient: only clients with a certificate of this authority are let in.
  ///   - protocols: those offered by ALPN (RFC 7301).
  public func context(
    _ certificate: Certificate, newest: TLSVersion? = nil, wantsClient: Bool = false, protocols: [String] = []
  ) throws -> NIOSSLContext {
    let name = certificate.rawValue
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(folder.appending("\(name).pem").string).map {
        .certificate($0)
      },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: folder.appending("\(name).key").string, format: .pem)))
    if let newest {
      configuration.minimumTLSVersion = .tlsv1
      configuration.maximumTLSVersion = newest
    }
    if wantsClient {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .file(certificateFile)
    }
    configuration.applicationProtocols = protocols
    return try NIOSSLContext(configuration: configuration)
  }

  /// What a server needs whose certificate is for these hosts, signed by the authority or by itself.
  ///
  /// - Parameters:
  ///   - alternatives: `DNS:registry.test,IP:127.0.0.1`; nil for a certificate with a common name only.
  ///   - name: the common name.
  public func context(
    alternatives: String?, name: String = "registry.test", selfSigned: Bool = false
  ) async throws -> NIOSSLContext {
    let files = try await Self.shell(
      """
      cd '\(folder.string)' && made=$(mktemp -d -p . made-XXXXXX) && cd "$made" && \(Self.keyScript)
      key leaf
      \(alternatives.map { "printf 'subjectAltName=%s\\n' '\($0)'" } ?? "true") > leaf.ext
      openssl req -new -key leaf.key -subj '/CN=\(name)' -out leaf.csr 2>/dev/null
      openssl x509 -req -in leaf.csr \(selfSigned ? "-signkey leaf.key" : "-CA ../ca.pem -CAkey ../ca.key -CAcreateserial") \
        -extfile leaf.ext -days 30 -out leaf.pem 2>/dev/null
      pwd
      """)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile("\(files)/leaf.pem").map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: "\(files)/leaf.key", format: .pem))))
  }

  /// What a server needs whose certificate comes from an authority with name constraints, which this authority signed. The server
  /// shows that one, too.
  ///
  /// - Parameters:
  ///   - constraints: `permitted;DNS:registry.test`.
  ///   - alternatives: as in ``context(alternatives:name:selfSigned:)``.
  public func context(constraints: String, alternatives: String) async throws -> NIOSSLContext {
    let files = try await Self.shell(
      """
      cd '\(folder.string)' && made=$(mktemp -d -p . made-XXXXXX) && cd "$made" && \(Self.keyScript)
      sign() { # NAME SUBJECT ISSUER
        key "$1"
        openssl req -new -key "$1.key" -subj "$2" -out "$1.csr" 2>/dev/null
        openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -extfile "$1.ext" -days 30 \\
          -out "$1.pem" 2>/dev/null
      }
      printf 'basicConstraints=critical,CA:true\\nnameConstraints=critical,%s\\n' '\(constraints)' > between.ext
      printf 'subjectAltName=%s\\n' '\(alternatives)' > leaf.ext
      sign between '/O=Dray Tests/CN=Branch' ../ca && sign leaf /CN=leaf between
      cat leaf.pem between.pem > chain.pem
      pwd
      """)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile("\(files)/chain.pem").map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: "\(files)/leaf.key", format: .pem))))
  }

  private static let keyScript = """
    key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null; }
    """

  private static let script = """
    set -e
    \(keyScript)
    key ca
    openssl req -x509 -key ca.key -subj '/O=Dray Tests/CN=Test Authority' -days 30 -out ca.pem \\
      ${constraints:+-addext "nameConstraints=critical,$constraints"} 2>/dev/null
    leaf() { # NAME ALTERNATIVES DAYS
      key "$1"
      printf 'subjectAltName=%s\\n' "$2" > "$1.ext"
      openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr" 2>/dev/null
      openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -extfile "$1.ext" -days "$3" \\
        -out "$1.pem" 2>/dev/null
    }
    leaf good "$good" 30
    leaf expired IP:127.0.0.1,DNS:localhost -1
    leaf otherName DNS:registry.example 30
    leaf client DNS:client.example 30
    key selfSigned
    openssl req -x509 -key selfSigned.key -subj /CN=alone -addext subjectAltName=IP:127.0.0.1 -days 30 \\
      -out selfSigned.pem 2>/dev/null
    """

  private static func shell(_ script: String) async throws -> String {
    let ended = try await WatchedProgram.run("bash", ["-c", script])
    guard ended.isSuccess else { throw Failure(text: ended.errors) }
    return String(ended.output.prefix { $0 != "\n" })
  }

  private struct Failure: Error {
    let text: String
  }
}
