/// What has to be made at a registry before the first push to a place there: a push does not make it, and is told no more than
/// that it is denied, or that there is no such name. By the registry's host; what others want nobody knows from that.
public enum FirstStep: Sendable, Hashable {
  /// At Tencent's TCR the namespace, and perhaps the repository: Harbor makes both when it replicates to there.
  case tencentNamespace(String)
  /// At Aliyun's ACR the namespace, which says whether a push makes repositories.
  case aliyunNamespace(String)
  /// At Huawei's SWR the organization.
  case huaweiOrganization(String)
  /// At Quay the user or the organization.
  case quayNamespace(String)
  /// At Amazon's ECR the repository, in the host's region.
  case ecrRepository(String, region: String)

  /// - Parameter host: an origin, or a host with or without its port.
  public init?(host: String, repository: String) {
    let authority = host.split(separator: "/").last ?? ""
    let labels = authority.prefix { $0 != ":" }.lowercased().split(separator: ".").map(String.init)
    let namespace = String(repository.prefix { $0 != "/" })
    func isBelow(_ domain: String...) -> Bool {
      labels.count > domain.count && labels.suffix(domain.count) == domain[...]
    }
    if isBelow("tencentcloudcr", "com") || isBelow("ccs", "tencentyun", "com") {
      self = .tencentNamespace(namespace)
    } else if isBelow("aliyuncs", "com") {
      self = .aliyunNamespace(namespace)
    } else if isBelow("myhuaweicloud", "com") {
      self = .huaweiOrganization(namespace)
    } else if labels == ["quay", "io"] {
      self = .quayNamespace(namespace)
    } else if labels.count >= 6, Array(labels[1...2]) == ["dkr", "ecr"], labels[4] == "amazonaws" {
      self = .ecrRepository(repository, region: labels[3])
    } else {
      return nil
    }
  }
}

extension UploadFailure {
  /// What may have to be made at the registry first; nil where that is not the reason, or the registry is none of those.
  public var firstStep: FirstStep? {
    switch self {
    case .nameMissing(let host, let repository), .denied(let host, let repository):
      FirstStep(host: host, repository: repository)
    default: nil
    }
  }
}
