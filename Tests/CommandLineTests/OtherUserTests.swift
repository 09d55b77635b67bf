import CLibrary
import ScriptedServer
import Testing

@Suite("A user beside root", .enabled(if: getuid() == 0, "needs root"))
struct OtherUserTests {
  private let image = ImageFixture(layers: [50_000], seed: 17)

  /// Runs `script` with a public image of a registry that wants tokens, `$IMAGE`; `as_user` starts the program as a user who owns `user/`.
  private func scene(_ script: String, _ body: ([String]) -> Void) async throws {
    try await ScriptedServer.run { server in
      server.protect(image) { token, _ in token == "anonymous" }
      server.giveTokens { _ in .token("anonymous") }
      try await Dray.scene { dray in
        let prelude = """
          set -euo pipefail
          chmod 755 .; mkdir -m 777 user; cp "$DRAY" dray; chmod 755 dray; cd user
          as_user() {
            setpriv --reuid 65534 --regid 65534 --clear-groups env HOME="$PWD/home" XDG_RUNTIME_DIR="$PWD/run" ../dray "$@" 2>&1
          }

          """
        body(try await dray.shell(prelude + script, ["IMAGE": "\(server.authority)/team/app:1"]))
      }
    }
  }

  @Test("A folder that is closed to the user holds none of the user's logins, and is no fault")
  func closedFolder() async throws {
    let script = """
      mkdir -p -m 700 run/containers; echo '{' > run/containers/auth.json; chmod 755 run
      as_user pull --quiet "$IMAGE"; test -s app_1.tar && echo there
      """
    try await scene(script) { said in
      #expect(said.last == "there", "\(said)")
      #expect(!said.contains { $0.hasPrefix("error") }, "\(said)")
    }
  }

  @Test("A file of logins that is another user's is named, and how it is made one's own")
  func unreadableFile() async throws {
    let script = """
      mkdir -p home/.docker; echo '{"auths":{}}' > home/.docker/config.json; chmod 600 home/.docker/config.json
      as_user pull --quiet "$IMAGE" || echo "code $?"; ls
      """
    try await scene(script) { said in
      #expect(said.contains { $0.contains("/home/.docker/config.json' cannot be read: Permission denied") }, "\(said)")
      #expect(said.contains { $0.contains("sudo chown") } && said.contains("code 30"), "\(said)")
      #expect(!said.contains("app_1.tar"))
    }
  }
}
