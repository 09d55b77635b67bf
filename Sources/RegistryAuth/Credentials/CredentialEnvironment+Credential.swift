import MachineConfiguration

extension CredentialEnvironment {
  /// What `DRAY_USERNAME` and `DRAY_PASSWORD` say. One alone says nothing.
  public var credential: FoundCredential? {
    guard let username = self[Self.usernameVariable], let password = self[Self.passwordVariable] else { return nil }
    return FoundCredential(
      .password(username: username, password: password), from: .environment(variable: Self.passwordVariable))
  }
}
