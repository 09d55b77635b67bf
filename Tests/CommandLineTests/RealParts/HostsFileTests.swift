import CLibrary
import Testing

extension RealPartsTests {
  @Suite(
    "hosts.toml of containerd before a real nginx", .serialized,
    .enabled(if: getuid() == 0, "needs root, for an /etc/containerd of its own"))
  struct HostsFileTests {
    @Test(
      "ca, client and skip_verify decide the connection, each for its host alone", .timeLimit(.minutes(10)))
    func trust() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray, ["--client-certificates"]) { registry in
          let layout = try await RealPart.image.run(["busybox"])
          try await RealPart.run(
            "skopeo",
            [
              "--insecure-policy", "copy", "--quiet", "--all", "--dest-cert-dir", registry.folder.string,
              "--dest-tls-verify=false", "oci:\(layout):latest", "docker://\(registry.address)/team/busybox:1.0",
            ])
          // Only this script sees what it mounts.
          let script = """
            mount --bind containerd /etc/containerd || exit 99
            hosts=containerd/certs.d/$HOST; mkdir -p $hosts
            cp registry/ca.pem $hosts/; cat registry/client.cert registry/client.key > $hosts/both.pem
            openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=other -days 2 -keyout /dev/null -out $hosts/other.pem 2> /dev/null
            try() {
              printf "server = 'https://%s'\\n%b" $HOST "$1" > $hosts/hosts.toml
              $DRAY pull -q --no-reuse --restart $HOST/team/busybox:1.0 > /dev/null 2> said; code=$?
              echo $code $(grep -o 'error.tls.: .*' said | grep -oE 'requires a client certificate|issued by|unknown|signed' | head -1)
            }
            try ""
            try "ca = 'other.pem'\\n"
            try "ca = 'ca.pem'\\n"
            try "ca = 'other.pem'\\nclient = 'both.pem'\\n"
            try "ca = 'ca.pem'\\nclient = 'both.pem'\\n"
            try "skip_verify = true\\nclient = 'both.pem'\\n"
            try "skip_verify = true\\n"
            rm -rf *.tar $hosts/*.pem
            """
          let said = try await dray.shell(
            "mkdir -p containerd && unshare --mount bash -c \"$SCRIPT\"; rm -rf containerd said",
            ["SCRIPT": script, "HOST": registry.address])
          #expect(said.map { $0.prefix(2) } == ["14", "14", "14", "14", "0", "0", "14"], "\(said)")
          #expect(said.count == 7)
        }
      }
    }
  }
}
