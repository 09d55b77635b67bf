import ArgumentParser
import DrayMessages

/// The options that say what an archive consists of, as they are typed. ``FormSettings`` reads their values.
struct FormOptions: ParsableArguments {
  @Option(help: .init(FormHelp.format, valueName: "docker+oci|oci|docker"))
  var format: String?

  @Option(help: .init(FormHelp.layout, valueName: "folder"))
  var layout: String?

  @Option(help: .init(FormHelp.layers, valueName: "as-is|gzip|plain"))
  var layers: String?

  @Option(help: .init(FormHelp.split, valueName: "size"))
  var split: String?

  @Option(
    name: [.customLong("annotation"), .customLong("annotations")], parsing: .singleValue,
    help: .init(FormHelp.annotation, valueName: "key=value"))
  var annotations: [String] = []
}
