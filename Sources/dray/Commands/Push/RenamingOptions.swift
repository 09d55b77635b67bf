import ArgumentParser
import DrayMessages

/// What is told of the names that images got: a map for programs, and a file with the new names.
struct RenamingOptions: ParsableArguments {
  @Option(name: .customLong("map-file"), help: .init(NamingHelp.mapFile, valueName: "file.json"))
  var mapFile: String?

  @Option(help: .init(NamingHelp.rewrite, valueName: "file.yaml"))
  var rewrite: String?
}

extension RenamingOptions {
  /// The first that is given of those that write to standard output.
  var ofOutput: String? { rewrite == nil ? nil : "--rewrite" }
}
