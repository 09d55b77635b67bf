/// Token services that stand on another host than their registry and have no domain in common with it, or one whose
/// names their operator shares with strangers.
enum KnownRealms {
  /// From the operators' documents and the challenges that their registries send.
  private static let table: [String: Set<String>] = [
    // distribution, "Token Authentication Specification".
    "registry-1.docker.io": ["auth.docker.io"],
    // GitLab documentation, "Container registry"; the challenge of registry.gitlab.com.
    "registry.gitlab.com": ["gitlab.com"],
    // NVIDIA/nvidia-container-toolkit #1945: the realm once a token has expired.
    "nvcr.io": ["authn.nvidia.com"],
  ]

  static func isKnown(_ realm: String, of registry: String) -> Bool {
    table[registry]?.contains(realm) == true || isAlibaba(realm, of: registry)
  }

  /// Alibaba Cloud: `registry.REGION.aliyuncs.com` and `NAME-registry.REGION.cr.aliyuncs.com` name a realm of their
  /// region or of cn-hangzhou. The names must match as a whole: customers choose names of storage under the same domain
  /// (`NAME.oss-REGION.aliyuncs.com`).
  private static func isAlibaba(_ realm: String, of registry: String) -> Bool {
    var labels = registry.split(separator: ".")
    guard labels.suffix(2) == ["aliyuncs", "com"] else { return false }
    labels.removeLast(2)
    if labels.count == 3, labels.last == "cr" { labels.removeLast() }
    guard labels.count == 2, !labels[1].hasPrefix("oss-") else { return false }
    return ["\(labels[1])", "cn-hangzhou"].contains { region in
      alibabaServices.contains { realm == "\($0).\(region).aliyuncs.com" }
        || realm == "dockerauth-\(region).aliyuncs.com"
    }
  }

  private static let alibabaServices = ["dockerauth", "dockerauth-vpc", "dockerauth-ee", "dockerauth-ee-vpc"]
}
