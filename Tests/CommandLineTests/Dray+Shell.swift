import CLibrary
import SystemPackage
import Testing
import WatchedPrograms

extension Dray {
  /// Runs a script of bash in the folder. `$DRAY` is the program. `journaled PID` returns once the journal of the
  /// program's archive tells of bytes, or the program has ended. `ask PORT PATH` asks a server on loopback, so that a
  /// test can answer when something has happened: no script waits for a time.
  ///
  /// - Returns: the lines of standard output.
  func shell(
    _ script: String, _ variables: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [String] {
    // Without it skopeo reads a folder in /run/containers, which is root's where root's podman ran before.
    let environment = [
      "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder.string, "DRAY_LANG": "en", "TERM": "dumb",
      "DRAY": Self.path.string, "XDG_RUNTIME_DIR": getuid() == 0 ? nil : folder.string,
    ].compactMapValues(\.self).merging(Self.threads) { $1 }.merging(variables) { $1 }
    // With job control a command in the background may be interrupted by a signal.
    let prelude = """
      set -m
      alive() { kill -0 $1 2> /dev/null; }
      ask() {
        exec 9<> /dev/tcp/127.0.0.1/$1
        printf 'GET %s HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' $2 >&9
        read -r -t 60 -u 9; exec 9>&-
      }
      journaled() { until grep -qs '^have' *.journal || ! alive $1; do sleep 0.01; done; }

      """
    let check = SecretCheck(environment: variables, secrets: secrets)
    let before = check.files(in: folder)
    let ended = try await WatchedProgram.run(
      "bash", ["-c", prelude + script], environment: environment, in: folder, check: check,
      sourceLocation: sourceLocation)
    check.expectNone(in: folder, but: before, sourceLocation: sourceLocation)
    #expect(ended.isSuccess, "\(ended.errors)", sourceLocation: sourceLocation)
    return ended.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}
