import SystemPackage
import Testing
import WatchedPrograms

extension RealPartsTests {
  @Suite("dray serve with an authority of its own, and real clients", .serialized)
  struct ServeTrustTests {
    private static let parts =
      FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent().appending("RealParts")

    /// In a network of its own: docker wants no certificate of a registry on loopback. The folders of the machine that
    /// clients read are copies.
    private static let machine = """
      ip link set lo up; ip addr add 10.99.0.5/32 dev lo
      for folder in /etc/docker /etc/containers /etc/containerd /etc/ssl /usr/local/share/ca-certificates; do
        mkdir -p $folder; cp -a $folder saved; mount -t tmpfs tmpfs $folder; cp -a saved/. $folder; rm -r saved
      done
      cp /etc/hosts hosts; echo 10.99.0.5 registry.test >> hosts; mount --bind hosts /etc/hosts
      start() {
        serve box.tar --tls-self-signed --tls-folder tls --listen 10.99.0.5:0 --server-name registry.test
        AT=registry.test:$PORT
      }
      # As it is printed: "docker      into FILE; …"
      trust() {
        file=$(sed -n "s/^ *$1 *into \\([^;]*\\).*/\\1/p" served)
        mkdir -p "$(dirname $file)"; cp tls/authority.pem $file
      }

      """

    private func run(_ script: String, _ variables: [String: String] = [:]) async throws -> [String] {
      try TestNeeds.root()
      try TestNeeds.programs(["ip", "skopeo", "unshare"])
      let layout = try await RealPart.image.run(["busybox"])
      var lines: [String] = []
      try await Dray.scene { dray in
        lines = try await dray.shell(
          """
          skopeo --insecure-policy copy -q oci:$LAYOUT oci-archive:box.tar:docker.io/library/draybox:1
          cat > inside <<'END'
          set -m
          alive() { kill -0 $1 2> /dev/null; }
          \(ServeScene.prelude)\(Self.machine)\(script)
          stop
          END
          # What is fetched is fetched here: inside there is no network.
          [ "${KIND:-}" != docker-containerd ] || "$PARTS/newer-docker" > /dev/null
          unshare --mount --net --propagation private bash inside; rm -rf inside box.tar served requests hosts tls
          """,
          ["LAYOUT": layout, "PARTS": Self.parts.string].merging(variables) { $1 })
      }
      return lines
    }

    @Test(
      "T397: curl, wget, skopeo and dray trust the server's authority as it is printed, and nothing before",
      .timeLimit(.minutes(5)))
    func commands() async throws {
      let lines = try await run(
        """
        start; image=$AT/library/draybox:1
        all() {
          curl -sf "$@" https://$AT/v2/ > /dev/null; echo curl $?
          wget -q -O /dev/null https://$AT/v2/; echo wget $?
        }
        all
        skopeo inspect docker://$image > /dev/null 2>&1 || echo skopeo refuses
        trust podman; skopeo inspect docker://$image > /dev/null && echo skopeo trusts
        SSL_CERT_FILE=tls/authority.pem curl -sf https://$AT/v2/ > /dev/null; echo curl $?
        curl -sf --cacert tls/authority.pem https://10.99.0.5:$PORT/v2/ > /dev/null; echo curl by address $?
        wget -q --ca-certificate tls/authority.pem -O /dev/null https://$AT/v2/; echo wget $?
        for at in $AT 10.99.0.5:$PORT; do
          $DRAY pull -q --no-reuse --ca-cert tls/authority.pem $at/library/draybox:1 -o got.tar > /dev/null; echo dray $?; rm -f got.tar
        done
        file=$(grep -oE '/usr/local/share/ca-certificates/[a-z]+.crt' served); cp tls/authority.pem $file
        update-ca-certificates > /dev/null 2>&1; all
        """)
      #expect(
        lines == [
          "curl 60", "wget 5", "skopeo refuses", "skopeo trusts", "curl 0", "curl by address 0", "wget 0", "dray 0",
          "dray 0", "curl 0", "wget 0",
        ], "\(lines)")
    }

    @Test(
      "T398: an engine trusts the server's authority as it is printed, also over a restart, and nothing before",
      .timeLimit(.minutes(10)), arguments: ContainerEngine.Kind.allCases)
    func engines(_ kind: ContainerEngine.Kind) async throws {
      try RealPart.engine.needs(kind)
      let lines = try await run(
        """
        engine() { verb=$1; shift; "$PARTS/engine" $KIND $verb $KIND "$@"; }
        start; engine start
        engine pull-trusted $AT/library/draybox:1 > /dev/null 2>&1 || echo refused
        trust $CLIENT
        engine pull-trusted $AT/library/draybox:1 > /dev/null; engine run $AT/library/draybox:1
        print=$(grep SHA-256 served); stop; port=$PORT
        serve box.tar --tls-self-signed --tls-folder tls --listen 10.99.0.5:$port --server-name registry.test
        [ "$print" = "$(grep SHA-256 served)" ] && engine pull-trusted registry.test:$port/library/draybox:1 > /dev/null && echo again
        engine stop; rm -rf $KIND
        """,
        ["KIND": kind.rawValue, "CLIENT": kind.engine])
      #expect(lines == ["refused", "busybox runs", "again"], "\(kind): \(lines)")
    }
  }
}
