import ScriptedServer
import Testing

@Suite("What dray serve prints at its start")
struct ServeStartTests {
  private static let image = ImageFixture(layers: [100_000], seed: 444)

  @Test("T439: --print-config has the registries of --upstream")
  func upstreams() async throws {
    try await Dray.scene { dray in
      for client in ["containerd", "k3s", "podman", "buildkit"] {
        let printed = try await dray.run([
          "serve", "--upstream", "docker.io", "--upstream", "quay.io", "--print-config", client,
        ])
        #expect(printed.code == 0 && printed.output.contains("docker.io") && printed.output.contains("quay.io"))
      }
    }
  }

  @Test("T491: a host to listen on that there is not is told as that")
  func unknownHost() async throws {
    try await Dray.scene { dray in
      let failed = try await dray.run(["serve", "--upstream", "docker.io", "--listen", "no..host:0"])
      #expect(failed.code == 30 && failed.errors.contains("there is no such host"), "\(failed.errors)")
    }
  }

  @Test("T497: a folder that another server has is told as that; options that lead to nothing are refused")
  func refusedStarts() async throws {
    let lines = try await ServeScene.run(
      """
      serve app.tar --accept-push layout --upstream $UPSTREAM --plain-http --cache cache --pin-file pins
      for options in "--accept-push layout" "--upstream $UPSTREAM --cache cache"; do
        $DRAY serve --listen 127.0.0.1:0 $options --pin-file pins2 2> said; echo $?
        grep -c 'another dray serve uses' said; grep -c no-wait said
      done
      stop
      : > empty; $DRAY serve app.tar --token-file empty 2>&1; $DRAY serve app.tar --cache-size 5G 2>&1; true
      """, image: Self.image)
    #expect(lines.prefix(6) == ["31", "1", "0", "31", "1", "0"], "\(lines)")
    #expect(lines.contains { $0.contains("error[usage]: there is no password in 'empty'") }, "\(lines)")
    #expect(lines.contains { $0.contains("error[usage]: --cache-size is of use with --cache alone") }, "\(lines)")
  }

  @Test("T444: who lets others in is told all that they can do: push, delete, and use the logins of this user")
  func rights() async throws {
    let lines = try await ServeScene.run(
      """
      open() { serve --listen 0.0.0.0:0 --server-name srv.local "$@"; until grep -q "$LAST" served || ! alive $PID; do sleep 0.01; done
        grep -E '^(Everyone|They)' served; stop; }
      LAST='can pull' open app.tar --anonymous
      LAST='can also' open --accept-push layout --anonymous
      LAST='can also' open --accept-push layout --allow-delete --anonymous
      LAST='can also' open --push-to harbor.local/team --anonymous
      mkdir .docker; echo '{"auths":{"'$UPSTREAM'":{"auth":"bWU6cHc="}}}' > .docker/config.json
      LAST='can also' open --upstream $UPSTREAM --plain-http --pin-file pins --anonymous
      echo pw > password; LAST='can also' open --accept-push layout --token-file password
      rm -rf .docker layout pins password served requests
      """, image: Self.image)
    let (open, also) = ("Everyone who can reach this address can pull all of them.", "They can also")
    #expect(
      lines == [
        open, open, "\(also) push images.", open, "\(also) push and delete images.", open,
        "\(also) push to harbor.local/team with this user's login.", open,
        "\(also) pull from the upstream registries with this user's logins.",
        "Everyone who can reach this address and has the password can pull all of them.", "\(also) push images.",
      ], "\(lines)")
  }
}
