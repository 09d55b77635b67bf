import ImageModel

/// What the options of `dray pull` ask for, checked.
struct PullSettings: Sendable {
  var destination = Destination.folder(".")
  /// Nil for the machine's own.
  var platform: Platform?
  /// The name that the image has after loading; nil for the one it is pulled by.
  var imageName: ImageReference?

  /// Speak plain HTTP to the hosts of the references.
  var usesPlainHTTP = false
  /// Do not check the certificates of the hosts of the references.
  var skipsVerification = false
  /// PEM files of authorities that are trusted beside the system's.
  var authorityFiles: [String] = []
  /// Addresses to connect to, by host name.
  var addresses: [String: String] = [:]

  var credentials: Credentials?
  /// Whom to ask where the registry wants a login and there are no credentials; nil for nobody.
  var askForCredentials: CredentialPrompt?
  var usesHarborSession = false
  /// Hosts that may be told the password when a registry names them as its token service.
  var trustedRealmHosts: Set<String> = []
  /// The token service to use, whatever the registry names.
  var tokenRealm: String?

  var fetchesForeignLayers = false
  var connections = 8
  var stallTimeout = Duration.seconds(30)
  /// Throw away what an earlier, interrupted pull left.
  var restarts = false
  /// Give up where another process works on the same output.
  var doesNotWait = false
  var isVerbose = false
}
