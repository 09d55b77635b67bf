/// How help is shown.
enum Help {
  /// The language of help. The parser makes its help from static properties, so the language cannot be handed down.
  @TaskLocal static var language = Language.english
}
