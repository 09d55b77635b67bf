import ClientScenes
import HTTPAccess
import MachineConfiguration
import RegistryClient
import ScriptedServer
import SystemPackage
import TemporaryFolders
import Testing
import WatchedPrograms

@Suite("Files of certificates, as they are handed around")
struct CertificateFileTests {
  /// What is in the file, made of the authority's own certificate by a shell.
  enum Content: String, CaseIterable, Sendable {
    case der, byteOrderMark, windows, wordsBefore, several
    case empty, blank, keyOnly, words, brokenPEM, brokenDER, missing, folder

    var script: String {
      switch self {
      case .der: #"openssl x509 -in "$ca" -outform der -out file"#
      case .byteOrderMark: #"(printf '\357\273\277'; cat "$ca") > file"#
      case .windows: #"(printf '\357\273\277'; sed 's/$/\r/' "$ca") > file"#
      case .wordsBefore: #"(echo 'subject=CN = x'; cat "$ca"; echo 'and more') > file"#
      case .several:
        #"(openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=other 2>/dev/null; cat "$ca") > file"#
      case .empty: ": > file"
      case .blank: #"printf '\n \r\n' > file"#
      case .keyOnly: "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out file 2>/dev/null"
      case .words: "echo hello > file"
      case .brokenPEM: #"(echo '-----BEGIN CERTIFICATE-----'; echo AAAA; echo '-----END CERTIFICATE-----') > file"#
      case .brokenDER: #"openssl x509 -in "$ca" -outform der | head -c 100 > file"#
      case .missing: "rm -f file"
      case .folder: "mkdir file"
      }
    }

    func failure(_ path: String) -> TLSFailure? {
      switch self {
      case .der, .byteOrderMark, .windows, .wordsBefore, .several: nil
      case .empty, .blank, .keyOnly: .noCertificate(path: path)
      case .words, .brokenPEM, .brokenDER: .unreadableAuthority(path: path)
      case .missing: .fileNotRead(path: path, errno: Errno.noSuchFileOrDirectory.rawValue)
      case .folder: .fileNotRead(path: path, errno: Errno.isDirectory.rawValue)
      }
    }
  }

  /// Where the file is named.
  enum Place: String, CaseIterable, Sendable { case option, variable, folder }

  @Test(
    "T132: PEM with a byte order mark or other words, and DER, are read; what holds no certificate is said to hold none",
    arguments: Content.allCases, Place.allCases)
  func read(content: Content, place: Place) async throws {
    // What is not there is not looked for in a folder.
    if place == .folder, content == .missing { return }
    let image = ImageFixture(layers: [10_000], seed: 132)
    try await TestAuthority.run { authority in
      try await ScriptedServer.run(tls: try authority.context(.good)) { server in
        server.serve(image)
        try await ConfigurationFolder.run { root in
          var path = root.path("file")
          if place == .folder {
            path = root.path("etc/docker/certs.d/\(server.authority)/ca.crt")
            try root.write("", to: "etc/docker/certs.d/\(server.authority)/me.txt")
          }
          let made = try await WatchedProgram.run(
            "bash",
            [
              "-ec",
              "ca='\(authority.certificateFile)'; cd '\(root.path("."))'; \(content.script); [ ! -e file ] || [ file -ef '\(path)' ] || mv file '\(path)'",
            ])
          #expect(made.isSuccess, "\(made.errors)")
          var scene = ClientScene(server)
          if place == .option { scene.transport.trust.authorityFiles = [path] }
          scene.transport.trust.use(
            ConfigurationRoots(
              system: root.path("etc"), variables: place == .variable ? ["SSL_CERT_FILE": path] : [:]))
          let error = try await scene.fetch()
          let expected = content.failure(path)
          guard case .network(.tls(_, let failure))? = error?.reason else {
            #expect(error == nil)
            #expect(expected == nil)
            return
          }
          #expect(failure == expected)
          #expect(server.requests.isEmpty)
        }
      }
    }
  }
}
