import Testing

extension RealPartsTests {
  @Suite("Versions of HTTP")
  struct HTTPVersionTests {
    @Test("T096: a server that refuses the handshake without HTTP/2 is the network's fault, and is told as such")
    func onlyHTTP2() async throws {
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out ca.pem -days 2 -subj /CN=test \\
            -addext subjectAltName=IP:127.0.0.1 2> /dev/null
          openssl s_server -accept 127.0.0.1:0 -cert ca.pem -key key.pem -alpn h2 -www < /dev/null > server 2>&1 & server=$!
          until grep -q '^ACCEPT ' server; do alive $server || exit 1; sleep 0.01; done
          address=$(sed -n 's/^ACCEPT //p' server)
          $DRAY pull --ca-cert ca.pem $address/team/app:1 2> errors; echo $?
          kill $server; wait $server
          sed s/$address/ADDRESS/g errors
          rm key.pem ca.pem server errors
          """)
        #expect(lines.first == "10")
        #expect(
          lines.contains(
            "error[network]: ADDRESS/team/app:1: https://ADDRESS does not accept HTTP/1.1, only other versions such as HTTP/2; dray uses HTTP/1.1"
          ), "\(lines)")
        #expect(lines.contains("  hint: the registry's administrator can allow HTTP/1.1 beside HTTP/2"))
        #expect(dray.files.isEmpty)
      }
    }
  }
}
