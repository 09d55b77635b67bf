import RegistryClient

extension FirstStep {
  /// What to do, for who was told that there is no such name, or that he may not push there.
  package var phrase: Phrase {
    switch self {
    case .tencentNamespace(let name):
      Phrase(
        "on Tencent TCR the namespace '\(name)' must exist before the first push, and perhaps the repository: create them in the console; the account needs permission to push there",
        chinese: "腾讯云 TCR 须先在控制台创建命名空间 “\(name)”（必要时还有镜像仓库）才能推送；该账号还需要相应的推送权限")
    case .aliyunNamespace(let name):
      Phrase(
        "on Alibaba Cloud ACR the namespace '\(name)' must exist before the first push, and allow pushes to create repositories: see its settings in the console; the account needs permission to push there",
        chinese: "阿里云 ACR 须先在控制台创建命名空间 “\(name)”，并开启自动创建仓库，才能推送；该账号还需要相应的推送权限")
    case .huaweiOrganization(let name):
      Phrase(
        "on Huawei Cloud SWR the organization '\(name)' must exist before the first push: create it in the console; the account needs permission to push there",
        chinese: "华为云 SWR 须先在控制台创建组织 “\(name)” 才能推送；该账号还需要相应的推送权限")
    case .quayNamespace(let name):
      Phrase(
        "on Quay the user or organization '\(name)' must exist, and the account needs permission to create repositories there or to push to this one",
        chinese: "Quay 上须已有用户或组织 “\(name)”，且该账号有权在其中创建仓库或推送到该仓库")
    case .ecrRepository(let repository, let region):
      Phrase(
        "create the repository first, if it does not exist: aws ecr create-repository --region \(region) --repository-name \(repository); the account needs permission to push there",
        chinese:
          "如果仓库不存在，请先创建：aws ecr create-repository --region \(region) --repository-name \(repository)；该账号还需要相应的推送权限")
    }
  }
}
