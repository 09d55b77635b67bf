import SystemPackage
import Testing

extension Dray {
  /// Functions of the scripts below. `layout FILE…` makes an OCI layout `layout` of layers, and `listed ROOT` tells all that
  /// is in a root, but for the sizes of folders, which are the file system's own.
  static let rootFunctions = """
    layout() {
      PARTS='\(FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent())/RealParts' \\
        python3 - "$@" <<'END'
    import os, sys
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.environ["PARTS"])
    from oci_layout import Layout
    layout = Layout("layout")
    layout.add_image([layout.add_layer([open(name, "rb").read()]) for name in sys.argv[1:]], "linux/amd64", ["true"], "latest")
    END
    }
    listed() (
      cd "$1"
      find . -mindepth 1 \\( -type d -printf '%P d %m %U:%G %T@\\n' -o -printf '%P %y %m %U:%G %s %n %T@ %l\\n' \\) | LC_ALL=C sort
      find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum
      find . \\( -type b -o -type c \\) -exec stat -c '%n %t:%T' {} + | LC_ALL=C sort
      getfattr -R -h -d -m - -e hex . 2>/dev/null || true
    )

    """

  /// Runs a script with these functions; `pipefail` and the like are set.
  func rootScript(
    _ script: String, _ variables: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [String] {
    try await shell("set -euo pipefail\n" + Self.rootFunctions + script, variables, sourceLocation: sourceLocation)
  }
}
