import Subprocess
import SystemPackage
import Testing

extension Dray {
  /// Runs a script of bash in the folder. `$DRAY` is the program. `journaled PID` returns once the journal of the
  /// program's archive tells of bytes, or the program has ended. `ask PORT PATH` asks a server on loopback, so that a
  /// test can answer when something has happened: no script waits for a time.
  ///
  /// - Returns: the lines of standard output.
  func shell(
    _ script: String, _ variables: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [String] {
    var environment: [Environment.Key: String] = [
      "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder.string, "DRAY_LANG": "en", "TERM": "dumb",
      "DRAY": Self.path.string,
    ]
    for (name, value) in variables { environment[Environment.Key(stringLiteral: name)] = value }
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
    let result = try await Subprocess.run(
      .name("bash"), arguments: ["-c", prelude + script], environment: .custom(environment), workingDirectory: folder,
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let ended = Ended(code: 0, output: result.standardOutput, errors: result.standardError)
    check.expectNone(in: ended, sourceLocation)
    check.expectNone(in: folder, but: before, sourceLocation)
    #expect(result.terminationStatus.isSuccess, "\(result.standardError)", sourceLocation: sourceLocation)
    return result.standardOutput.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}
