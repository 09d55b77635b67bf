import FileAccess
import HTTPAccess
import ImageCopy
import RegistryServer
import SystemPackage
import TemporaryFolders
import Testing
import WatchedPrograms

@Suite("A certificate of the server's own")
struct OwnAuthorityTests {
  private static let now: Int64 = 1_800_000_000
  private static let day: Int64 = 86_400

  @Test("T330: a client that trusts the server's authority gets in, by each name and address, and no other does")
  func trust() async throws {
    let folder = try TemporaryFolder()
    let authority = try OwnAuthority(
      in: folder.path.appending("tls"), for: ["registry.local"], needed: [], now: WallClock.seconds())
    var settings = ServerSettings()
    settings.names = nil
    settings.certificate = try ServerCertificate(
      of: authority, names: { ["registry.local", "127.0.0.1", "::1", "other.local"] }, now: WallClock.seconds)
    let file = authority.certificateFile.string
    try await ServerScene.run(settings: settings) { (scene, _) async throws in
      for (host, isIn) in [("127.0.0.1", true), ("registry.local", true), ("other.local", false)] {
        let arguments = [
          "-s", "-o", "/dev/null", "--connect-to", "\(host):443:127.0.0.1:\(scene.port)", "https://\(host)/v2/",
        ]
        let trusting = try await WatchedProgram.run("curl", ["--cacert", file] + arguments)
        #expect(trusting.isSuccess == isIn, "\(host) \(trusting)")
        #expect(try await !WatchedProgram.run("curl", arguments).isSuccess)
      }
      for files in [[file], []] {
        var settings = TransportSettings()
        settings.trust.authorityFiles = files
        let transport = AsyncHTTPTransport(settings)
        let request = TransportRequest(
          .GET, try #require(AbsoluteURL(parsing: "https://127.0.0.1:\(scene.port)/v2/")))
        let answer = try? await transport.send(request, to: BodyCollector(limit: 100))
        #expect(answer?.status == (files.isEmpty ? nil : 200))
        try await transport.shutdown()
      }
      let verified = try await WatchedProgram.run(
        "bash",
        [
          "-c",
          """
          openssl s_client -connect 127.0.0.1:\(scene.port) </dev/null 2>/dev/null | openssl x509 |
          openssl verify -x509_strict -purpose sslserver -CAfile '\(file)' -verify_hostname registry.local -verify_ip ::1
          """,
        ])
      #expect(verified.isSuccess, "\(verified.errors)")
    }
  }

  @Test("T331: the authority outlives a restart, until it is about to end; its key is for its owner alone")
  func restart() throws {
    let folder = try TemporaryFolder()
    let path = folder.path.appending("state").appending("tls")
    let first = try authority(in: path, now: Self.now)
    #expect(try authority(in: path, now: Self.now + 3_600 * Self.day).fingerprint == first.fingerprint)
    for name in ["authority.key", "authority.pem"] {
      #expect(try path.appending(name).stat().permissions == .ownerReadWrite)
    }
    #expect(try path.stat().permissions == .ownerReadWriteExecute)
    let certificate = try FileDescriptor.bytes(of: first.certificateFile, limit: 10_000)
    #expect(!String(decoding: certificate, as: UTF8.self).contains("PRIVATE KEY"))
    let next = try authority(in: path, now: Self.now + 3_640 * Self.day)
    #expect(next.fingerprint != first.fingerprint)
    #expect(try FileDescriptor.bytes(of: next.certificateFile, limit: 10_000) != certificate)
  }

  @Test("T332: what somebody else put in the place of the key is not overwritten")
  func foreignKey() throws {
    let folder = try TemporaryFolder()
    let foreign = Array("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".utf8)
    try folder.write(foreign, to: "authority.key")
    let path = folder.path.appending("authority.key")
    #expect(throws: CertificateError.authority(path)) { try authority(in: folder.path, now: Self.now) }
    #expect(try FileDescriptor.bytes(of: path, limit: 100) == foreign)
  }

  private func authority(
    in path: FilePath, for names: [String] = ["registry.local"], needed: [String] = [], now: Int64 = Self.now
  ) throws -> OwnAuthority {
    try OwnAuthority(in: path, for: names, needed: needed, now: now)
  }

  @Test("T391: whoever has the key of the authority can vouch for no other host name: clients refuse what it signs")
  func stolenKey() async throws {
    let folder = try TemporaryFolder()
    let now = WallClock.seconds()
    let own = try authority(in: folder.path, now: now)
    let verified = try await WatchedProgram.run(
      "bash",
      [
        "-c",
        """
        cd '\(folder.path)'
        for name in DNS:registry.local DNS:a.registry.local DNS:bank.example DNS:local IP:10.1.2.3; do
          openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -subj /CN=x 2>/dev/null |
            openssl x509 -req -days 30 -CA authority.pem -CAkey authority.key -extfile <(echo subjectAltName=$name) 2>/dev/null > it.pem
          openssl verify -x509_strict -CAfile authority.pem it.pem > said 2>&1 && echo $name
        done
        """,
      ])
    #expect(
      verified.output == "DNS:registry.local\nDNS:a.registry.local\nIP:10.1.2.3\n",
      "\(verified.output) \(verified.errors)")
    #expect(own.newName == nil)
  }

  @Test("T392: an authority stays with the names it may vouch for, and a new one is made for a name that is needed")
  func newName() throws {
    let folder = try TemporaryFolder()
    let first = try authority(in: folder.path, needed: ["registry.local", "10.0.0.5"])
    // A machine's address changes, and so does what it calls itself.
    let same = try authority(in: folder.path, for: ["pod-77"], needed: ["registry.local", "192.168.7.7", "fd00::7"])
    #expect(same.fingerprint == first.fingerprint && same.newName == nil)
    let next = try authority(in: folder.path, for: ["other.local"], needed: ["other.local"])
    #expect(next.fingerprint != first.fingerprint && next.newName == "other.local")
    #expect(try authority(in: folder.path, needed: ["other.local"]).fingerprint == next.fingerprint)
  }

  @Test("T499: a new authority vouches for the names of the former one too, so that two servers can share it")
  func formerNames() throws {
    let folder = try TemporaryFolder()
    _ = try authority(in: folder.path, needed: ["registry.local"])
    let both = try authority(in: folder.path, for: ["other.local"], needed: ["other.local"])
    for name in ["registry.local", "other.local"] {
      let again = try authority(in: folder.path, for: [name], needed: [name])
      #expect(again.fingerprint == both.fingerprint && again.newName == nil, "\(name)")
    }
  }
}
