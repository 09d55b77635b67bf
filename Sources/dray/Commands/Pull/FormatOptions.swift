import ArgumentParser
import DrayMessages

/// The options that say what an archive consists of, as they are typed. `PullRequest.read` reads their values.
struct FormatOptions: ParsableArguments {
  @Option(help: .init(FormatHelp.format, valueName: "docker+oci|oci|docker"))
  var format: String?

  @Option(help: .init(FormatHelp.layout, valueName: "folder"))
  var layout: String?

  @Option(help: .init(FormatHelp.layers, valueName: "as-is|gzip|plain"))
  var layers: String?

  @Option(help: .init(FormatHelp.split, valueName: "size"))
  var split: String?

  @Option(
    name: [.customLong("annotation"), .customLong("annotations")], parsing: .singleValue,
    help: .init(FormatHelp.annotation, valueName: "key=value"))
  var annotations: [String] = []
}
